import { readUpload, uploadRows, type UploadRow } from "@reelay/database";
import { Failure, failures, type FailureCode } from "@reelay/domain";
import { createFinishUpload } from "@reelay/flows";
import { probeMedia } from "@reelay/jobs";
import { inspectUpload } from "@reelay/media";
import { uploadsDirectory } from "@reelay/storage";
import { Router, type Request, type Response } from "express";
import { stat } from "node:fs/promises";
import type { ApiDeps } from "../deps.ts";
import { drainRefused } from "../media/drain-refused.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { languageOf } from "../middleware/language.ts";
import { parseId } from "../middleware/parse.ts";
import { createTusServer, mediaIdHeader, stagedPath, uploadsPath } from "../uploads/tus-server.ts";
import { uploadOrigins } from "../uploads/upload-origins.ts";
import { uploadView } from "../uploads/upload-view.ts";

const onePath = `${uploadsPath}/:id`;

/** tus 1.0: resumable uploads. What tus answers is tus'; what is refused is problem details. */
export function uploadRoutes(deps: ApiDeps): Router {
  const directory = uploadsDirectory(deps.config);
  const finish = createFinishUpload({
    rows: uploadRows(deps.database),
    storage: deps.storage,
    times: deps.times,
    inspect: (path) => inspectUpload(path, { allowedTypes: deps.config.MEDIA_TYPES }),
    // Not waited for: without Redis the sweep finds it.
    onMedia: ({ id, workspaceId }) =>
      void deps.queues.enqueue(probeMedia, { mediaId: id, workspaceId }, id).catch(() => undefined),
  });
  const tus = createTusServer(deps, directory, finish);
  const origins = uploadOrigins(deps);

  const answer = async (req: Request, res: Response): Promise<void> => {
    res.setHeader("Tus-Resumable", "1.0.0");
    try {
      await tus.handle(req, res);
    } catch (error) {
      drainRefused(req, res);
      throw error;
    }
  };
  /** The upload of the path; one whose last byte came and whose API died is finished first. */
  const settled = async (req: Request): Promise<{ row: UploadRow; offset: number }> => {
    const { workspaceId } = principalOf(req);
    const row = await required(deps, workspaceId, parseId(req));
    const path = stagedPath(directory, row);
    const offset = (await stat(path).catch(() => null))?.size ?? 0;
    if (row.state !== "open" || offset < row.sizeBytes) return { row, offset };
    await finish({ ...row, path }, deps.stopping);
    return { row: await required(deps, workspaceId, row.id), offset };
  };

  const router = Router();
  router.post(uploadsPath, origins, answer);

  router.head(onePath, origins, async (req, res) => {
    const { row } = await settled(req);
    if (row.state === "open") return await answer(req, res);
    if (row.state === "refused") throw new Failure(codeOf(row));
    res.setHeader("Tus-Resumable", "1.0.0").setHeader("Cache-Control", "no-store");
    res.setHeader("Upload-Offset", row.sizeBytes).setHeader("Upload-Length", row.sizeBytes);
    if (row.mediaId !== null) res.setHeader(mediaIdHeader, row.mediaId);
    res.status(200).end();
  });

  router.get(onePath, origins, async (req, res) => {
    const { row, offset } = await settled(req);
    res.set("Cache-Control", "no-store").json(uploadView(row, offset, languageOf(req)));
  });

  router.patch(onePath, origins, async (req, res) => {
    const row = await required(deps, principalOf(req).workspaceId, parseId(req));
    if (row.state !== "open") {
      drainRefused(req, res);
      throw new Failure("upload_finished");
    }
    await answer(req, res);
  });

  router.delete(onePath, origins, async (req, res) => {
    const { row } = await settled(req);
    if (row.state !== "open") throw new Failure("upload_finished");
    await answer(req, res);
  });
  return router;
}

/** What a browser asks before it uploads, and what any client may ask of tus. */
export function uploadOptionsRoutes(deps: ApiDeps): Router {
  const router = Router();
  const announce = (_req: Request, res: Response) => {
    res.set({
      "Tus-Resumable": "1.0.0",
      "Tus-Version": "1.0.0",
      "Tus-Extension": "creation,creation-with-upload,termination,expiration",
      "Tus-Max-Size": String(deps.config.MEDIA_MAX_BYTES),
      "Access-Control-Allow-Methods": "POST, HEAD, PATCH, GET, DELETE",
      "Access-Control-Allow-Headers":
        "Authorization, Content-Type, Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, X-Requested-With",
      "Access-Control-Max-Age": "600",
    });
    res.status(204).end();
  };
  const origins = uploadOrigins(deps);
  router.options(uploadsPath, origins, announce);
  router.options(onePath, origins, announce);
  return router;
}

async function required(deps: ApiDeps, workspaceId: string, id: string): Promise<UploadRow> {
  const row = await readUpload(deps.database, workspaceId, id);
  if (!row) throw new Failure("not_found");
  return row;
}

function codeOf(row: UploadRow): FailureCode {
  const { code } = (row.failure ?? {}) as { code?: unknown };
  return typeof code === "string" && Object.hasOwn(failures, code) ? (code as FailureCode) : "media_rejected";
}
