import type { S3Context, S3Middleware } from "@20minutes/s3rver";
import { refuse } from "./s3-additions.ts";

/** What goes wrong with the next requests that match, `times` times (default: always). */
export interface S3Fault {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** In the query of the request, as `partNumber` in that of a part. */
  readonly query?: string;
  readonly does:
    | { readonly kind: "answer"; readonly status: number; readonly code: string }
    /** Reads so many bytes of the request, then resets the connection. */
    | { readonly kind: "cut_request"; readonly afterBytes: number }
    /** Sends so many bytes of the answer, then resets the connection, or says nothing more. */
    | { readonly kind: "cut_answer" | "stall_answer"; readonly afterBytes: number }
    | { readonly kind: "silence" };
  readonly times?: number;
}

export interface S3Faults {
  add(fault: S3Fault): void;
  clear(): void;
  /** Requests that were seen, oldest first: `PUT /bucket/key?partNumber`. */
  readonly seen: string[];
}

export function createFaults(): { faults: S3Faults; middleware: S3Middleware } {
  let active: { fault: S3Fault; left: number }[] = [];
  const seen: string[] = [];
  const faults: S3Faults = {
    add: (fault) => void active.push({ fault, left: fault.times ?? Infinity }),
    clear: () => void (active = []),
    seen,
  };
  const middleware: S3Middleware = async (context, next) => {
    const names = Object.keys(context.query).filter((name) => name !== "x-id");
    seen.push(`${context.method} ${context.path}${names.length > 0 ? `?${names.join("&")}` : ""}`);
    const found = active.find(({ fault, left }) => left > 0 && matches(fault, context));
    if (!found) return await next();
    found.left -= 1;
    await misbehave(found.fault, context, next);
  };
  return { faults, middleware };
}

function matches({ method, query }: S3Fault, context: S3Context): boolean {
  return context.method === method && (query === undefined || query in context.query);
}

async function misbehave({ does }: S3Fault, context: S3Context, next: () => Promise<void>): Promise<void> {
  switch (does.kind) {
    case "answer":
      context.req.resume();
      return refuse(context, does.status, does.code);
    case "cut_request":
      await readSome(context, does.afterBytes);
      return reset(context);
    case "cut_answer":
    case "stall_answer":
      await next();
      return sendSome(context, does.afterBytes, does.kind === "cut_answer");
    case "silence":
      context.respond = false;
      return;
    default:
      does satisfies never;
  }
}

async function readSome({ req }: S3Context, bytes: number): Promise<void> {
  let read = 0;
  for await (const piece of req as AsyncIterable<Buffer>) {
    read += piece.length;
    if (read >= bytes) return;
  }
}

function sendSome(context: S3Context, bytes: number, thenCut: boolean): void {
  const { res } = context;
  const body = context.body as AsyncIterable<Buffer>;
  context.respond = false;
  for (const [name, value] of Object.entries(
    (context as unknown as { response: { headers: object } }).response.headers,
  ))
    res.setHeader(name, value as string);
  res.writeHead(context.status).flushHeaders();
  void (async () => {
    let left = bytes;
    for await (const piece of body) {
      res.write(piece.subarray(0, left));
      left -= piece.length;
      if (left <= 0) break;
    }
    if (thenCut) setImmediate(() => res.socket?.resetAndDestroy());
  })();
}

function reset(context: S3Context): void {
  context.respond = false;
  context.req.socket.resetAndDestroy();
}
