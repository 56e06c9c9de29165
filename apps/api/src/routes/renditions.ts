import { getRendition } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { Router } from "express";
import type { ApiDeps } from "../deps.ts";
import { cancelConversion } from "../media/cancel-conversion.ts";
import { mediaAddresses } from "../media/media-addresses.ts";
import { renditionView } from "../media/rendition-view.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { languageOf } from "../middleware/language.ts";
import { parseId } from "../middleware/parse.ts";

export function renditionRoutes(deps: ApiDeps): Router {
  const addresses = mediaAddresses(deps);
  const router = Router();

  router.get("/api/renditions/:id", async (req, res) => {
    const rendition = await getRendition(deps.database, principalOf(req).workspaceId, parseId(req));
    if (!rendition) throw new Failure("not_found");
    res.json(renditionView(rendition, languageOf(req), addresses));
  });

  router.delete("/api/renditions/:id", async (req, res) => {
    const rendition = await cancelConversion(deps.database, principalOf(req).workspaceId, parseId(req));
    res.json(renditionView(rendition, languageOf(req), addresses));
  });

  return router;
}
