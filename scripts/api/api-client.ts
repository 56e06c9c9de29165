import type { z } from "zod";
import { ApiProblem, ApiUnreachable } from "./api-problem.ts";

export interface ApiRequest {
  readonly method?: "GET" | "POST";
  readonly json?: unknown;
  readonly form?: FormData;
  readonly idempotencyKey?: string;
  /** Answer at once, and go on by yourself. */
  readonly respondAsync?: boolean;
}

export interface ApiAccess {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly signal: AbortSignal;
}

export interface ApiClient extends ApiAccess {
  /** The answer's JSON as `shape`; throws ApiProblem with what the API says is wrong, ApiUnreachable without an answer. */
  call<Shape extends z.ZodType>(path: string, shape: Shape, request?: ApiRequest): Promise<z.output<Shape>>;
  /** The server-sent events of `path`, as they come; each value is the event's data. */
  events(path: string): AsyncGenerator<string>;
}

export function createApiClient(access: ApiAccess): ApiClient {
  const headers = { authorization: `Bearer ${access.apiKey}`, accept: "application/json" };
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(access.baseUrl + path, { redirect: "manual", signal: access.signal, ...init });
    } catch (error) {
      access.signal.throwIfAborted();
      throw new ApiUnreachable(`${access.baseUrl} does not answer`, { cause: error });
    }
  };
  return {
    ...access,
    call: async (path, shape, request = {}) => {
      const { method = "GET", json, form, idempotencyKey, respondAsync } = request;
      const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
      const response = await send(path, {
        method,
        headers: {
          ...headers,
          ...(json !== undefined && { "content-type": "application/json" }),
          ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
          ...(respondAsync === true && { prefer: "respond-async" }),
        },
        ...(body === undefined ? {} : { body }),
      });
      const answer: unknown = await response.json().catch(() => null);
      const parsed = shape.safeParse(answer);
      if (response.ok && parsed.success) return parsed.data;
      throw new ApiProblem(`${method} ${path}`, response.status, answer);
    },
    events: async function* (path) {
      const response = await send(path, { headers: { ...headers, accept: "text/event-stream" } });
      if (response.status === 204) return;
      if (!response.ok || response.body === null) throw new ApiProblem(`GET ${path}`, response.status, null);
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
