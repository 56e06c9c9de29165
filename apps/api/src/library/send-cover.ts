import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { Failure } from "@reelay/domain";
import { sniffBytes, sniffMedia } from "@reelay/media";
import type { ByteRange, Storage } from "@reelay/storage";
import type { Request, Response } from "express";

const freshForSeconds = 86_400;

/** Sends a stored picture, whole or the one range asked for, as what its bytes say it is. Throws `not_found`. */
export async function sendCover(storage: Storage, req: Request, res: Response, key: string): Promise<void> {
  const stored = await storage.stat(key);
  if (!stored || stored.sizeBytes === 0) throw new Failure("not_found");
  const etag = `"${createHash("sha256").update(`${key} ${stored.sizeBytes}`).digest("base64url")}"`;
  res.set({
    "Content-Type": await pictureType(storage, key, stored.sizeBytes),
    "Accept-Ranges": "bytes",
    "Cache-Control": `private, max-age=${freshForSeconds}`,
    // Addresses are made to be shown in a customer's own pages.
    "Cross-Origin-Resource-Policy": "cross-origin",
    ETag: etag,
  });
  if (req.fresh) {
    res.status(304).end();
    return;
  }
  const range = rangeOf(req, stored.sizeBytes, etag);
  if (range === "unsatisfiable") {
    res.status(416).set("Content-Range", `bytes */${stored.sizeBytes}`).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: stored.sizeBytes - 1 };
  if (range) res.status(206).set("Content-Range", `bytes ${start}-${end}/${stored.sizeBytes}`);
  res.set("Content-Length", String(end - start + 1));
  if (req.method === "HEAD") res.end();
  else await pipeline(storage.open(key, { start, end }), res).catch(ignoreWhoLeft);
}

/** The one range asked for; null: everything. Several ranges, and those of another version, are answered with everything. */
function rangeOf(req: Request, sizeBytes: number, etag: string): ByteRange | "unsatisfiable" | null {
  const condition = req.get("if-range");
  if (condition !== undefined && condition !== etag) return null;
  const ranges = req.range(sizeBytes, { combine: true });
  if (ranges === -1) return "unsatisfiable";
  if (ranges === undefined || ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1) return null;
  return ranges[0] ?? null;
}

// A name may lie; what is no picture is not shown by any browser.
async function pictureType(storage: Storage, key: string, sizeBytes: number): Promise<string> {
  const head = await buffer(storage.open(key, { start: 0, end: Math.min(sizeBytes, sniffBytes) - 1 }));
  const type = await sniffMedia(head);
  return type?.startsWith("image/") ? type : "application/octet-stream";
}

function ignoreWhoLeft(error: unknown): void {
  if ((error as { code?: unknown }).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
}
