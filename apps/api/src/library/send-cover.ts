import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { Failure } from "@reelay/domain";
import { sniffBytes, sniffMedia } from "@reelay/media";
import type { Storage } from "@reelay/storage";
import type { Request, Response } from "express";
import { sendStored } from "../media/send-stored.ts";

const freshForSeconds = 86_400;

/** Sends a stored picture, whole or the one range asked for, as what its bytes say it is. Throws `not_found`. */
export async function sendCover(storage: Storage, req: Request, res: Response, key: string): Promise<void> {
  const stored = await storage.stat(key);
  if (!stored || stored.sizeBytes === 0) throw new Failure("not_found");
  const { sizeBytes } = stored;
  await sendStored(storage, req, res, {
    key,
    sizeBytes,
    etag: `"${createHash("sha256").update(`${key} ${sizeBytes}`).digest("base64url")}"`,
    headers: {
      "Content-Type": await pictureType(storage, key, sizeBytes),
      "Cache-Control": `private, max-age=${freshForSeconds}`,
      // Addresses are made to be shown in a customer's own pages.
      "Cross-Origin-Resource-Policy": "cross-origin",
    },
  });
}

// A name may lie; what is no picture is not shown by any browser.
async function pictureType(storage: Storage, key: string, sizeBytes: number): Promise<string> {
  const head = await buffer(storage.open(key, { start: 0, end: Math.min(sizeBytes, sniffBytes) - 1 }));
  const type = await sniffMedia(head);
  return type?.startsWith("image/") ? type : "application/octet-stream";
}
