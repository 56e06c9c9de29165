import { mediaImport, renditionRequest } from "@reelay/contract";
import { getMedia, listMedia } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { Router } from "express";
import type { ApiDeps } from "../deps.ts";
import { askRendition } from "../media/ask-rendition.ts";
import { beginImport } from "../media/import-media.ts";
import { drainRefused } from "../media/drain-refused.ts";
import { mediaAddresses } from "../media/media-addresses.ts";
import { mediaView } from "../media/media-view.ts";
import { removeMedia } from "../media/remove-media.ts";
import { renditionView } from "../media/rendition-view.ts";
import { storeUpload } from "../media/store-upload.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { languageOf } from "../middleware/language.ts";
import { parseBody, parseId, parseQuery } from "../middleware/parse.ts";
import { pageOf, pageQuery } from "../page.ts";
import { sendWakeups } from "../send-wakeups.ts";

export function mediaRoutes(deps: ApiDeps): Router {
  const addresses = mediaAddresses(deps);
  const router = Router();

  router.post("/api/media", async (req, res) => {
    if (req.is("application/json")) {
      const { url } = parseBody(req, mediaImport);
      const media = await beginImport(deps, principalOf(req).workspaceId, url);
      res.status(201).json(mediaView(media, languageOf(req), addresses));
      return;
    }
    try {
      const { media, isNew } = await storeUpload(deps, req, principalOf(req).workspaceId);
      res.status(isNew ? 201 : 200).json(mediaView(media, languageOf(req), addresses));
    } finally {
      drainRefused(req, res);
    }
  });

  router.get("/api/media", async (req, res) => {
    const { cursor, limit } = parseQuery(req, pageQuery);
    const rows = await listMedia(deps.database, principalOf(req).workspaceId, { limit: limit + 1, beforeId: cursor });
    const page = pageOf(rows, limit);
    res.json({
      items: page.rows.map((row) => mediaView(row, languageOf(req), addresses)),
      nextCursor: page.nextCursor,
    });
  });

  router.get("/api/media/:id", async (req, res) => {
    const media = await getMedia(deps.database, principalOf(req).workspaceId, parseId(req));
    if (!media) throw new Failure("not_found");
    res.json(mediaView(media, languageOf(req), addresses));
  });

  router.delete("/api/media/:id", async (req, res) => {
    await removeMedia(deps, principalOf(req).workspaceId, parseId(req));
    res.status(204).end();
  });

  router.post("/api/media/:id/renditions", async (req, res) => {
    const { workspaceId } = principalOf(req);
    const wish = { mediaId: parseId(req), request: parseBody(req, renditionRequest) };
    const asked = await deps.database.inWorkspace(workspaceId, (tx) => askRendition(tx, wish));
    sendWakeups(deps, workspaceId, asked.wakeups);
    res.status(202).json(renditionView(asked.rendition, languageOf(req), addresses));
  });

  return router;
}
