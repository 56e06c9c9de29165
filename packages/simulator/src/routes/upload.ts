import { createWriteStream } from "node:fs";
import { open, truncate } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import express, { type Request, type Router } from "express";
import { empty, type Answer } from "../answer.ts";
import { parseContentRange, type ContentRange } from "../chunk-rules.ts";
import { filePathOf } from "../file-path.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { Upload } from "../world-types.ts";

type FinishUpload = (upload: Upload) => Promise<void>;

const contentTypes = ["video/mp4", "video/quicktime", "video/webm"];

/** `PUT <upload_url>`: strict order, exact lengths; bytes go to disk and count only when their whole chunk has arrived. */
export function uploadRoutes(world: World, finish: FinishUpload): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.put("/video/", async (request, response) => {
    const upload = uploadOf(world, request);
    const range = parseContentRange(request.headers["content-range"]);
    const chunk =
      upload && range
        ? { index: Math.floor(range.first / upload.chunkBytes), isLast: range.last === upload.sizeBytes - 1 }
        : null;
    await serve(world, request, response, {
      occasion: { endpoint: "upload", openId: upload?.openId ?? null, chunk },
      presented: upload?.uploadToken ?? "",
      run: () => put(world, request, upload, range, finish),
    });
  });
  return router;
}

function uploadOf(world: World, request: Request): Upload | undefined {
  const { upload_id: id, upload_token: token } = request.query;
  return [...world.uploads.values()].find((upload) => upload.uploadId === id && upload.uploadToken === token);
}

async function put(
  world: World,
  request: Request,
  upload: Upload | undefined,
  range: ContentRange | null,
  finish: FinishUpload,
): Promise<Answer> {
  if (!upload) return empty(404, {}, "unknown_upload");
  const refused = refusal(world, request, upload, range);
  if (refused || range === null) {
    request.resume();
    log(world, upload, range, refused?.status ?? 400);
    return refused ?? empty(400);
  }
  const stored = await store(world, request, upload, range);
  if (!stored) {
    log(world, upload, range, 400);
    return empty(400, {}, "length");
  }
  upload.acknowledgedBytes = range.last + 1;
  const isLast = upload.acknowledgedBytes === upload.sizeBytes;
  const status = isLast ? 201 : 206;
  log(world, upload, range, status);
  if (isLast) await finish(upload);
  world.changed();
  return empty(status, progress(upload), isLast ? "complete" : "partial");
}

function refusal(world: World, request: Request, upload: Upload, range: ContentRange | null): Answer | null {
  if (upload.expiresAt <= world.now()) return empty(403, {}, "expired");
  const length = Number(request.headers["content-length"]);
  const type = (request.headers["content-type"] ?? "").split(";")[0] ?? "";
  if (
    !range ||
    range.total !== upload.sizeBytes ||
    !contentTypes.includes(type) ||
    length !== range.last - range.first + 1
  ) {
    world.violate();
    return empty(400, {}, "headers");
  }
  if (range.first !== upload.acknowledgedBytes) return empty(416, progress(upload), "order");
  const index = range.first / upload.chunkBytes;
  const expectedLast = index === upload.chunkCount - 1 ? upload.sizeBytes - 1 : range.first + upload.chunkBytes - 1;
  if (range.last !== expectedLast) {
    world.violate();
    return empty(400, {}, "chunk");
  }
  return null;
}

function progress(upload: Upload): Record<string, string> {
  return upload.acknowledgedBytes === 0
    ? {}
    : { "content-range": `bytes 0-${upload.acknowledgedBytes}/${upload.sizeBytes}` };
}

function log(world: World, upload: Upload, range: ContentRange | null, httpStatus: number): void {
  upload.puts.push({
    first: range?.first ?? -1,
    last: range?.last ?? -1,
    total: range?.total ?? -1,
    httpStatus,
    at: world.now(),
  });
}

async function store(world: World, request: Request, upload: Upload, range: ContentRange): Promise<boolean> {
  const path = filePathOf(world, upload);
  const file = await open(path, range.first === 0 ? "w" : "r+");
  await file.close();
  // A connection that broke off half-way through an earlier try may have left bytes behind.
  await truncate(path, range.first);
  const out = createWriteStream(path, { flags: "r+", start: range.first });
  try {
    await pipeline(request, out);
  } catch {
    return false;
  }
  return out.bytesWritten === range.last - range.first + 1;
}
