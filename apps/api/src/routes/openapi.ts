import { createOpenApi } from "@reelay/contract";
import { Router } from "express";
import type { ApiDeps } from "../deps.ts";

export function openApiRoutes(deps: ApiDeps): Router {
  const document = createOpenApi({ serverUrl: deps.config.PUBLIC_URL });
  const router = Router();
  router.get("/openapi.json", (_req, res) => {
    res.json(document);
  });
  return router;
}
