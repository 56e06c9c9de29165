import { openAsBlob } from "node:fs";
import { basename } from "node:path";

export interface ApiAnswer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- parsed JSON: assertions say what is expected of it.
  readonly body: any;
}

export interface ApiCaller {
  readonly baseUrl: string;
  /** Every answer so far: head and body, as they came. */
  readonly heard: readonly string[];
  call(method: string, path: string, json?: unknown): Promise<ApiAnswer>;
  /** The answer's body; throws when the answer is no success. */
  get(path: string): Promise<ApiAnswer["body"]>;
  post(path: string, json?: unknown): Promise<ApiAnswer["body"]>;
  upload(path: string, contentType: string): Promise<ApiAnswer["body"]>;
  /** All server-sent events of `path` until the stream ends. */
  events(path: string, limitMs?: number): Promise<ServerEvent[]>;
}

export interface ServerEvent {
  readonly id: number | null;
  readonly event: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- parsed JSON: assertions say what is expected of it.
  readonly data: any;
}

const patienceMs = 60_000;

/** Calls the API at `baseUrl` with a workspace's key, and remembers what it said. */
export function createApiCaller(baseUrl: string, apiKey: string): ApiCaller {
  const heard: string[] = [];
  const send = async (method: string, path: string, init: RequestInit = {}, limitMs = patienceMs) => {
    const response = await fetch(baseUrl + path, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(limitMs),
      ...init,
      headers: { authorization: `Bearer ${apiKey}`, accept: "application/json", ...init.headers },
    });
    const text = await response.text();
    heard.push(`${JSON.stringify([...response.headers])}\n${text}`);
    return { status: response.status, text };
  };
  const parsed = ({ status, text }: { status: number; text: string }): ApiAnswer => ({
    status,
    body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
  });
  const call: ApiCaller["call"] = async (method, path, json) =>
    parsed(
      await send(
        method,
        path,
        json === undefined ? {} : { body: JSON.stringify(json), headers: { "content-type": "application/json" } },
      ),
    );
  const good = ({ status, body }: ApiAnswer, what: string) => {
    if (status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    baseUrl,
    heard,
    call,
    get: async (path) => good(await call("GET", path), path),
    post: async (path, json = {}) => good(await call("POST", path, json), path),
    upload: async (path, contentType) => {
      const form = new FormData();
      form.set("file", await openAsBlob(path, { type: contentType }), basename(path));
      return good(parsed(await send("POST", "/api/media", { body: form })), "POST /api/media");
    },
    events: async (path, limitMs = patienceMs) => {
      const { text } = await send("GET", path, { headers: { accept: "text/event-stream" } }, limitMs);
      return text.split("\n\n").flatMap(parseEvent);
    },
  };
}

function parseEvent(text: string): ServerEvent[] {
  const field = (name: string) =>
    text
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = field("data");
  if (data === undefined) return [];
  const id = field("id");
  return [{ id: id === undefined ? null : Number(id), event: field("event") ?? "message", data: JSON.parse(data) }];
}
