import type { ByteRange, Storage } from "@reelay/storage";
import type { Request, Response } from "express";
import { pipeline } from "node:stream/promises";
import { byteRange } from "./byte-range.ts";

export interface StoredAnswer {
  readonly key: string;
  readonly sizeBytes: number;
  /** A strong one, quoted: other bytes have another. */
  readonly etag: string;
  readonly lastModified?: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** Streams a stored object to whoever asked: whole, the one range asked for, its headers (HEAD), or 304. */
export async function sendStored(storage: Storage, req: Request, res: Response, stored: StoredAnswer): Promise<void> {
  const { key, sizeBytes, etag, lastModified } = stored;
  res.set({ ...stored.headers, "Accept-Ranges": "bytes", ETag: etag });
  if (lastModified) res.set("Last-Modified", lastModified.toUTCString());
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  const range = rangeOf(req, stored);
  if (range === "unsatisfiable") {
    res.status(416).set("Content-Range", `bytes */${sizeBytes}`).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  if (range) res.status(206).set("Content-Range", `bytes ${start}-${end}/${sizeBytes}`);
  res.set("Content-Length", String(end - start + 1));
  if (req.method === "HEAD") res.end();
  else await pipeline(storage.open(key, { start, end }), res).catch(ignoreWhoLeft);
}

/** Null: everything; as for a range of another version. */
function rangeOf(req: Request, { sizeBytes, etag, lastModified }: StoredAnswer): ByteRange | "unsatisfiable" | null {
  // RFC 9110 14.2: for anything but GET it means nothing.
  if (req.method !== "GET") return null;
  const condition = req.get("if-range");
  if (condition !== undefined && condition !== etag && condition !== lastModified?.toUTCString()) return null;
  return byteRange(req.get("range"), sizeBytes);
}

function ignoreWhoLeft(error: unknown): void {
  if ((error as { code?: unknown }).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
