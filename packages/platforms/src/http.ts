import { Failure } from "@reelay/domain";
import { sendStreamed, type StreamedAnswer } from "./send-streamed.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | StreamedBody;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface StreamedBody {
  /** Each piece may be overwritten once the next is asked for. */
  readonly bytes: AsyncIterable<Buffer>;
  readonly sizeBytes: number;
  /** Called before each piece, and after the last one, with the bytes sent so far. Throws to stop the call. */
  readonly onBytesSent: (bytes: number) => void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Answers of the platforms are small; more than this is not one of theirs. */
const maxAnswerBytes = 1_048_576;

// What undici and Node say when no byte of the request can have left.
const neverSentCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * One HTTP call: no redirect followed, no retry, the answer's body bounded (1 MiB). Any status under 500 is an answer.
 * Throws `platform_unreachable` (no answer in time or at all; `neverSent` when the request cannot have left),
 * `platform_error` (5xx, or an answer that is no answer), `unavailable` (the caller's signal), or what the body threw.
 * No failure carries addresses with their queries, headers or bodies: they hold secrets.
 */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([request.signal, timeout]);
  const body = typeof request.body === "object" ? sendPieces(request.body) : null;
  try {
    const response = body ? await sendStreamed(request, body, signal) : await send(request, signal);
    const text = await readBounded(response);
    if (response.status >= 500) throw serverFailure(request, response);
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (body?.failed()) throw body.failed()?.error;
    if (error instanceof Failure) throw error;
    throw networkFailure(request, error, timeout);
  }
}

async function send({ method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<Response> {
  const text = typeof body === "string" ? { body } : {};
  return await fetch(url, { method, redirect: "manual", signal, headers: { ...headers }, ...text });
}

function sendPieces(body: StreamedBody) {
  let failure: { readonly error: unknown } | null = null;
  async function* pieces(): AsyncGenerator<Buffer> {
    let sent = 0;
    try {
      for await (const piece of body.bytes) {
        body.onBytesSent(sent);
        yield piece;
        sent += piece.length;
      }
      body.onBytesSent(sent);
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  return { sizeBytes: body.sizeBytes, pieces: pieces(), failed: (): { readonly error: unknown } | null => failure };
}

async function readBounded(response: StreamedAnswer): Promise<string> {
  if (!response.body) return "";
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.length;
    if (bytes > maxAnswerBytes) {
      throw new Failure("platform_error", { httpStatus: response.status, internal: "the answer is larger than 1 MiB" });
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function serverFailure(request: HttpRequest, response: StreamedAnswer): Failure {
  const logId = response.headers.get("x-tt-logid");
  return new Failure("platform_error", {
    httpStatus: response.status,
    internal: `${describe(request)} answered ${response.status}`,
    ...(logId !== null && { platformLogId: logId.slice(0, 100) }),
  });
}

// The error itself is not kept as cause: undici puts addresses and raw bytes of the answer into some of them.
function networkFailure(request: HttpRequest, error: unknown, timeout: AbortSignal): Failure {
  if (request.signal.aborted) return new Failure("unavailable", { internal: `${describe(request)} was stopped by us` });
  if (timeout.aborted) {
    return new Failure("platform_unreachable", {
      internal: `${describe(request)} gave no answer in ${request.timeoutMs} ms`,
    });
  }
  const code = networkCode(error);
  return new Failure("platform_unreachable", {
    internal: `${describe(request)} failed with ${code}`,
    neverSent: neverSentCodes.has(code),
  });
}

type NetworkError =
  { code?: unknown; name?: unknown; cause?: NetworkError; errors?: NetworkError[] } | null | undefined;

function networkCode(error: unknown): string {
  for (let at = error as NetworkError, depth = 0; at && depth < 4; at = at.cause ?? at.errors?.[0], depth += 1) {
    if (typeof at.code === "string") return at.code;
  }
  const name = (error as NetworkError)?.name;
  return typeof name === "string" ? name : "an unknown error";
}

function describe(request: HttpRequest): string {
  const { host, pathname } = new URL(request.url);
  return `${request.method} ${host}${pathname}`;
}
