import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";

export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/**
 * One call whose body is sent piece by piece, each after the last has left us. By node:http: for the same bytes fetch takes
 * four times the computing and twice the memory. Ends early when the answer comes early. Rejects with what the network, the
 * signal or `pieces` threw.
 */
export async function sendStreamed(
  call: { readonly method: string; readonly url: string; readonly headers?: Readonly<Record<string, string>> },
  body: { readonly pieces: AsyncIterable<Buffer>; readonly sizeBytes: number },
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  const request = new URL(call.url).protocol === "https:" ? requestHttps : requestHttp;
  const headers = { ...call.headers, "Content-Length": String(body.sizeBytes) };
  const outgoing = request(call.url, { method: call.method, headers, signal });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.on("error", reject);
  });
  const sent = sendAll(outgoing, body);
  // Whichever is not waited for any more may still fail.
  answered.catch(() => undefined);
  sent.catch(() => undefined);
  try {
    const answer = await Promise.race([answered, sent.then(() => answered)]);
    return { status: answer.statusCode ?? 0, headers: headersOf(answer), body: bodyOf(answer, outgoing) };
  } catch (error) {
    outgoing.destroy();
    throw error;
  }
}

async function sendAll(
  outgoing: ClientRequest,
  { pieces, sizeBytes }: { pieces: AsyncIterable<Buffer>; sizeBytes: number },
): Promise<void> {
  let left = sizeBytes;
  for await (const piece of pieces) {
    left -= piece.length;
    if (left < 0) break;
    await new Promise<void>((resolve, reject) => {
      outgoing.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }
  if (left !== 0) throw new Error("the body is not as long as its length says");
  outgoing.end();
}

async function* bodyOf(answer: IncomingMessage, outgoing: ClientRequest): AsyncGenerator<Uint8Array> {
  try {
    yield* answer as AsyncIterable<Buffer>;
  } finally {
    // The answer came before the last piece: nobody wants the rest.
    if (!outgoing.writableFinished) outgoing.destroy();
  }
}

function headersOf(answer: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
