import { z } from "zod";

const problemShape = z.object({ code: z.string(), detail: z.string().optional(), title: z.string().optional() });

export interface ApiRequest {
  readonly method?: "GET" | "POST";
  readonly json?: unknown;
  readonly form?: FormData;
  readonly idempotencyKey?: string;
}

export interface ApiClient {
  readonly baseUrl: string;
  /** The answer's JSON as `shape`; throws what the API says is wrong. */
  call<Shape extends z.ZodType>(path: string, shape: Shape, request?: ApiRequest): Promise<z.output<Shape>>;
  /** The server-sent events of `path`, as they come; each value is the event's data. */
  events(path: string): AsyncGenerator<string>;
}

export function createApiClient({
  baseUrl,
  apiKey,
  signal,
}: {
  baseUrl: string;
  apiKey: string;
  signal: AbortSignal;
}): ApiClient {
  const headers = { authorization: `Bearer ${apiKey}`, accept: "application/json" };
  return {
    baseUrl,
    call: async (path, shape, { method = "GET", json, form, idempotencyKey } = {}) => {
      const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
      const response = await fetch(baseUrl + path, {
        method,
        signal,
        redirect: "manual",
        headers: {
          ...headers,
          ...(json === undefined ? {} : { "content-type": "application/json" }),
          ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
        },
        ...(body === undefined ? {} : { body }),
      });
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok) return shape.parse(answer);
      const problem = problemShape.safeParse(answer).data;
      throw new Error(
        `${method} ${path}: ${response.status} ${problem?.code ?? ""} ${problem?.detail ?? problem?.title ?? ""}`.trimEnd(),
      );
    },
    events: async function* (path) {
      const response = await fetch(baseUrl + path, { signal, headers: { ...headers, accept: "text/event-stream" } });
      if (response.status === 204) return;
      if (!response.ok || response.body === null) throw new Error(`GET ${path}: ${response.status}`);
      let unread = "";
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        const blocks = (unread + piece).split(/\r?\n\r?\n/);
        unread = blocks.pop() ?? "";
        for (const block of blocks) {
          const data = block.split(/\r?\n/).filter((line) => line.startsWith("data:"));
          if (data.length > 0) yield data.map((line) => line.slice(5).trim()).join("\n");
        }
      }
    },
  };
}
