import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { liveness, readiness } from "../health.ts";
import { answers } from "./answers.ts";

const readinessAnswer = (description: string) => ({
  description,
  content: { "application/json": { schema: readiness } },
});

export const systemPaths: ZodOpenApiPathsObject = {
  "/healthz": {
    get: { summary: "Does the process answer", security: [], responses: answers("200", "it does", liveness) },
  },
  "/readyz": {
    get: {
      summary: "Postgres, Redis, a live worker for every queue and no overdue publication, with what is wrong",
      security: [],
      responses: { "200": readinessAnswer("ready"), "503": readinessAnswer("not ready") },
    },
  },
  "/openapi.json": {
    get: {
      summary: "This document",
      security: [],
      responses: answers("200", "OpenAPI 3.1", z.record(z.string(), z.unknown())),
    },
  },
};
