import { Failure } from "@reelay/domain";
import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The body as its sender meant it: we ask for plain bytes, not everybody listens. Throws `media_url_refused` for other codings. */
export function decodeBody(answer: IncomingMessage): Readable {
  const coding = (answer.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (coding === "identity" || coding === "") return answer;
  const decoder = decoders[coding];
  if (decoder === undefined) {
    answer.destroy();
    throw new Failure("media_url_refused", { internal: "the source sent an unknown content coding" });
  }
  // Its error reaches whoever reads the decoder.
  return pipeline(answer, decoder(), () => undefined) as unknown as Readable;
}
