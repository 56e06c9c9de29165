import express, { type Request, type Router } from "express";
import { empty, type Answer } from "../answer.ts";
import { parseContentRange, type ContentRange } from "../chunk-rules.ts";
import type { ChunkStore } from "../chunk-store.ts";
import type { Processing } from "../processing.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { Upload } from "../world-types.ts";

interface Deps {
  readonly chunks: ChunkStore;
  readonly processing: Processing;
}
interface Writing {
  readonly request: Request;
  readonly ended: Promise<unknown>;
}
const contentTypes = ["video/mp4", "video/quicktime", "video/webm"];

/** `PUT <upload_url>`: strict order, exact lengths; bytes go to disk and count only when their whole chunk has arrived. */
export function uploadRoutes(world: World, deps: Deps): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  const writing = new Map<string, Writing>();
  router.put("/video/", async (request, response) => {
    const upload = uploadOf(world, request);
    const range = parseContentRange(request.headers["content-range"]);
    await serve(world, request, response, {
      occasion: { endpoint: "upload", openId: upload?.openId ?? null, chunk: chunkOf(upload, range) },
      presented: upload?.uploadToken ?? "",
      run: () =>
        upload ? oneAtATime(writing, upload, request, () => put(world, request, upload, range, deps)) : unknown,
    });
  });
  return router;
}

const unknown = empty(404, {}, "unknown_upload");

function uploadOf(world: World, request: Request): Upload | undefined {
  const { upload_id: id, upload_token: token } = request.query;
  return [...world.uploads.values()].find((upload) => upload.uploadId === id && upload.uploadToken === token);
}

function chunkOf(upload: Upload | undefined, range: ContentRange | null): { index: number; isLast: boolean } | null {
  if (!upload || !range) return null;
  return { index: Math.floor(range.first / upload.chunkBytes), isLast: range.last === upload.sizeBytes - 1 };
}

/** Whoever comes with a chunk while another body still stands half-way takes its place: two never write at once. */
async function oneAtATime(
  writing: Map<string, Writing>,
  upload: Upload,
  request: Request,
  run: () => Promise<Answer>,
): Promise<Answer> {
  for (let other = writing.get(upload.publishId); other; other = writing.get(upload.publishId)) {
    if (!other.request.complete) other.request.destroy();
    await other.ended;
  }
  const answer = run();
  const ended = answer.then(
    () => writing.delete(upload.publishId),
    () => writing.delete(upload.publishId),
  );
  writing.set(upload.publishId, { request, ended });
  return await answer;
}

async function put(
  world: World,
  request: Request,
  upload: Upload,
  range: ContentRange | null,
  { chunks, processing }: Deps,
): Promise<Answer> {
  const refused = refusal(world, request, upload, range);
  if (refused || range === null) {
    request.resume();
    log(world, upload, range, refused?.status ?? 400);
    return refused ?? empty(400);
  }
  if (!(await chunks.write(upload, range, request))) {
    log(world, upload, range, 400);
    return empty(400, {}, "length");
  }
  upload.acknowledgedBytes = range.last + 1;
  const isLast = upload.acknowledgedBytes === upload.sizeBytes;
  log(world, upload, range, isLast ? 201 : 206);
  if (isLast) await processing.begin(upload);
  world.changed();
  return empty(isLast ? 201 : 206, progress(upload), isLast ? "complete" : "partial");
}

function refusal(world: World, request: Request, upload: Upload, range: ContentRange | null): Answer | null {
  if (upload.expiresAt <= world.now()) return empty(403, {}, "expired");
  const length = Number(request.headers["content-length"]);
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const isReadable = range !== null && range.total === upload.sizeBytes && length === range.last - range.first + 1;
  if (!isReadable || !contentTypes.includes(type)) {
    world.violate();
    return empty(400, {}, "headers");
  }
  if (range.first !== upload.acknowledgedBytes) return empty(416, progress(upload), "order");
  if (range.last === lastOfChunk(upload, range.first)) return null;
  world.violate();
  return empty(400, {}, "chunk");
}

/** The remainder belongs to the last chunk. */
function lastOfChunk(upload: Upload, first: number): number {
  const isLast = first / upload.chunkBytes === upload.chunkCount - 1;
  return isLast ? upload.sizeBytes - 1 : first + upload.chunkBytes - 1;
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
