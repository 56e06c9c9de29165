import type { ZodOpenApiPathsObject } from "zod-openapi";
import { preferHeader, syncRequest, syncSummary, syncView } from "../sync.ts";
import { answers, idPath, jsonBody } from "./answers.ts";

export const syncPaths: ZodOpenApiPathsObject = {
  "/api/tiktok/sync-media": {
    post: {
      summary: "Sync the posts of all TikTok accounts, or of one",
      description:
        "Waits up to 25 s: 200 when it is done, else 202 with the counts so far. A sync that already runs is joined. Safe to call from an outside cron.",
      requestParams: { header: preferHeader },
      requestBody: jsonBody(syncRequest),
      responses: {
        ...answers("200", "done", syncSummary),
        ...answers("202", "it goes on; `GET /api/sync/{id}` tells how far it is", syncSummary),
      },
    },
  },
  "/api/sync/{id}": {
    get: {
      summary: "How far a sync is, account by account",
      requestParams: { path: idPath },
      responses: answers("200", "the sync", syncView),
    },
  },
};
