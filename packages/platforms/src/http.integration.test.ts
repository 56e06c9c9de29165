import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterEach, expect, test } from "@jest/globals";
import { sendRequest, type HttpRequest } from "./http.ts";

let server: Server | null = null;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?upload_token=secretsecret`;
}

/** Resolves when it is closed, at once or soon; the test's time limit says that it never was. */
const closed = async (stream: Readable) => {
  if (!stream.closed) await new Promise((resolve) => stream.once("close", resolve));
};

const send = (url: string, change: Partial<HttpRequest> = {}) =>
  sendRequest({ method: "POST", url, timeoutMs: 2_000, signal: new AbortController().signal, ...change });

test("a streamed body arrives with its length, and every piece is announced before it leaves", async () => {
  const url = await serve((request, response) => {
    let bytes = 0;
    const { "content-length": length, "transfer-encoding": encoding = "not" } = request.headers;
    request.on("data", (piece: Buffer) => (bytes += piece.length));
    request.on("end", () => response.end(`${bytes} of ${length}, ${encoding} chunked`));
  });
  const announced: number[] = [];
  const stream = Readable.from([Buffer.alloc(5), Buffer.alloc(6)]);
  const body = { bytes: stream, sizeBytes: 11, onBytesSent: (bytes: number) => void announced.push(bytes) };
  expect((await send(url, { method: "PUT", body })).text).toBe("11 of 11, not chunked");
  expect(announced).toEqual([0, 5, 11]);
  await closed(stream);
});

test("what stops the body is what the caller sees, and the other side never gets a whole body", async () => {
  let ended = false;
  const url = await serve((request) => {
    request.on("end", () => (ended = true)).resume();
  });
  const leaseLost = new Error("lease lost");
  const onBytesSent = (bytes: number) => {
    if (bytes > 0) throw leaseLost;
  };
  const stream = Readable.from([Buffer.alloc(5), Buffer.alloc(6)]);
  await expect(send(url, { method: "PUT", body: { bytes: stream, sizeBytes: 11, onBytesSent } })).rejects.toBe(
    leaseLost,
  );
  expect(ended).toBe(false);
  await closed(stream);
});

test("an answer that comes before the end of the body is taken, and the rest is not sent", async () => {
  const url = await serve((_, response) => response.writeHead(400).end("no"));
  let leaving = 0;
  const piece = Buffer.alloc(1_048_576);
  const stream = Readable.from(
    (function* () {
      for (let left = 500; left > 0; left -= 1) yield piece;
    })(),
  );
  const body = { bytes: stream, sizeBytes: 500 * piece.length, onBytesSent: (bytes: number) => void (leaving = bytes) };
  expect(await send(url, { method: "PUT", body })).toMatchObject({ status: 400, text: "no" });
  expect(leaving).toBeLessThan(400 * piece.length);
  await closed(stream);
});

test.each([1, 21])("a body that is not as long as was said (%i of 11 bytes) never counts as sent", async (bytes) => {
  let ended = false;
  const url = await serve((request, response) => {
    request.on("end", () => (ended = true)).resume();
    request.on("end", () => response.end());
  });
  const body = { bytes: Readable.from([Buffer.alloc(bytes)]), sizeBytes: 11, onBytesSent: () => undefined };
  await expect(send(url, { method: "PUT", body })).rejects.toMatchObject({ code: "platform_unreachable" });
  expect(ended).toBe(false);
});

test("the caller's signal ends a body that nobody reads", async () => {
  const url = await serve(() => undefined);
  const stop = new AbortController();
  const onBytesSent = (bytes: number) => {
    if (bytes > 0) stop.abort();
  };
  const stream = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(1_048_576);
    })(),
  );
  const call = send(url, {
    method: "PUT",
    signal: stop.signal,
    body: { bytes: stream, sizeBytes: 1_000_000_000, onBytesSent },
  });
  await expect(call).rejects.toMatchObject({ code: "unavailable" });
  await closed(stream);
});

test("a piece may be overwritten as soon as the next is asked for, also when nobody reads yet", async () => {
  let first = "";
  const url = await serve((request, response) => {
    const received: Buffer[] = [];
    setTimeout(() => request.on("data", (piece: Buffer) => received.push(piece)), 50);
    request.on("end", () => {
      const all = Buffer.concat(received);
      first = Array.from({ length: 32 }, (_, index) => all[index * 262_144]).join();
      response.end();
    });
  });
  const shared = Buffer.alloc(262_144);
  const bytes = (async function* () {
    for (let index = 0; index < 32; index += 1) yield shared.fill(index);
  })();
  const body = { bytes, sizeBytes: 32 * shared.length, onBytesSent: () => undefined };
  await send(url, { method: "PUT", body, timeoutMs: 30_000 });
  expect(first).toBe(Array.from({ length: 32 }, (_, index) => index).join());
});

test("redirects are answers, not followed", async () => {
  const url = await serve((_, response) => response.writeHead(302, { Location: "http://127.0.0.1:1/" }).end());
  expect((await send(url)).status).toBe(302);
});

test("a 5xx is the platform's problem, and its body reaches no failure", async () => {
  const url = await serve((_, response) =>
    response.writeHead(502, { "x-tt-logid": "log-1" }).end("act.echoedToken12345"),
  );
  const failure = await send(url).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "platform_error", details: { httpStatus: 502, platformLogId: "log-1" } });
  expect(String((failure as Error).stack)).not.toMatch(/echoedToken|secretsecret/);
});

test.each<[string, RequestListener]>([
  ["a reset", (request) => request.socket.destroy()],
  ["no answer in time", () => undefined],
  [
    "half of an answer",
    (_, response) => void response.writeHead(200, { "Content-Length": "99" }).write("{", () => response.destroy()),
  ],
])("%s is an unreachable platform, and the request may have arrived", async (_, listener) => {
  const failure = await send(await serve(listener), { timeoutMs: 200 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "platform_unreachable" });
  expect((failure as { details: { neverSent?: boolean } }).details.neverSent ?? false).toBe(false);
  expect(String((failure as Error).stack)).not.toContain("secretsecret");
});

test("a refused connection was certainly never sent", async () => {
  const url = await serve(() => undefined);
  await new Promise((resolve) => server?.close(resolve));
  await expect(send(url)).rejects.toMatchObject({ code: "platform_unreachable", details: { neverSent: true } });
});

test("an answer without end is cut off", async () => {
  const url = await serve((_, response) => response.end(Buffer.alloc(1_048_577)));
  await expect(send(url)).rejects.toMatchObject({ code: "platform_error" });
});

test("the caller's signal ends the call", async () => {
  const stop = new AbortController();
  const url = await serve(() => stop.abort());
  await expect(send(url, { signal: stop.signal })).rejects.toMatchObject({ code: "unavailable" });
});
