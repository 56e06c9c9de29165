import { z } from "zod";
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from "zod-openapi";
import { emptyRequest, publicationView, resolveRequest } from "../publications.ts";
import { answers, idempotencyHeader, idPath, jsonBody, problem } from "./answers.ts";

const verb = (summary: string, schema: z.ZodType): ZodOpenApiOperationObject => ({
  summary,
  requestParams: { path: idPath, header: idempotencyHeader },
  requestBody: jsonBody(schema),
  responses: answers("200", "the publication afterwards", publicationView),
});

export const publicationPaths: ZodOpenApiPathsObject = {
  "/api/publications/{id}": {
    get: {
      summary: "State, progress, timeline, failure and permalink",
      requestParams: { path: idPath },
      responses: answers("200", "the publication", publicationView),
    },
  },
  "/api/publications/{id}/events": {
    get: {
      summary: "The live stream of a publication",
      requestParams: { path: idPath, header: z.object({ "Last-Event-ID": z.string().optional() }) },
      responses: {
        "200": {
          description: "server-sent events; resumes after Last-Event-ID",
          content: { "text/event-stream": { schema: z.string() } },
        },
        default: problem,
      },
    },
  },
  "/api/publications/{id}/retry": { post: verb("Try a failed publication again", emptyRequest) },
  "/api/publications/{id}/cancel": { post: verb("Cancel before anything irrevocable was begun", emptyRequest) },
  "/api/publications/{id}/resolve": { post: verb("Say what became of a publication in doubt", resolveRequest) },
};
