import { createHash } from "node:crypto";
import { request, type ClientRequest } from "node:http";

export interface TusAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- parsed JSON: assertions say what is expected of it.
  readonly body: any;
}

export interface TusClient {
  /** Begins an upload; its path is the answer's `location`. */
  create(upload: { size: number; name?: string; headers?: Record<string, string>; body?: Buffer }): Promise<TusAnswer>;
  head(path: string): Promise<TusAnswer>;
  get(path: string): Promise<TusAnswer>;
  delete(path: string): Promise<TusAnswer>;
  patch(path: string, offset: number, body: Buffer, headers?: Record<string, string>): Promise<TusAnswer>;
  /** An open PATCH, for the test to write to and to break off. */
  openPatch(
    path: string,
    offset: number,
    headers?: Record<string, string>,
  ): { call: ClientRequest; answer: Promise<TusAnswer> };
}

/** Speaks tus 1.0 over plain requests, so that a test decides about every byte. */
export function tusClient(url: string, key: string): TusClient {
  const open = (method: string, path: string, headers: Record<string, string>) => {
    const call = request(url + path, {
      method,
      agent: false,
      headers: { authorization: `Bearer ${key}`, "tus-resumable": "1.0.0", ...headers },
    });
    const answer = new Promise<TusAnswer>((resolve, reject) => {
      call.on("error", reject);
      call.once("response", (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("error", reject);
        response.once("end", () => {
          const text = Buffer.concat(pieces).toString();
          const isJson = /json/.test(response.headers["content-type"] ?? "");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as TusAnswer["headers"],
            body: isJson && text !== "" ? JSON.parse(text) : text,
          });
        });
      });
    });
    answer.catch(() => undefined);
    return { call, answer };
  };
  const send = (method: string, path: string, headers: Record<string, string>, body?: Buffer) => {
    const { call, answer } = open(method, path, headers);
    call.end(body);
    return answer;
  };
  const bytes = (offset: number) => ({
    "content-type": "application/offset+octet-stream",
    "upload-offset": String(offset),
  });
  return {
    create({ size, name, headers = {}, body }) {
      const metadata =
        name === undefined ? {} : { "upload-metadata": `filename ${Buffer.from(name).toString("base64")}` };
      const type = body && { "content-type": "application/offset+octet-stream", "content-length": String(body.length) };
      const all = { "upload-length": String(size), ...metadata, ...type, ...headers };
      return send("POST", "/api/media/uploads", all, body);
    },
    head: (path) => send("HEAD", path, {}),
    get: (path) => send("GET", path, {}),
    delete: (path) => send("DELETE", path, {}),
    patch: (path, offset, body, headers = {}) =>
      send("PATCH", path, { ...bytes(offset), "content-length": String(body.length), ...headers }, body),
    openPatch: (path, offset, headers = {}) => open("PATCH", path, { ...bytes(offset), ...headers }),
  };
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
