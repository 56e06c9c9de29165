import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { coverAccess, libraryFilter, libraryPage, libraryPostDetail } from "../library.ts";
import { answers, idPath, pageParameters, problem } from "./answers.ts";

const picture = { "image/*": { schema: z.string().meta({ format: "binary" }) } };

export const libraryPaths: ZodOpenApiPathsObject = {
  "/api/library": {
    get: {
      summary: "Synced posts with their latest figures",
      requestParams: { query: z.object({ ...libraryFilter.shape, ...pageParameters.shape }) },
      responses: answers("200", "a page of posts", libraryPage),
    },
  },
  "/api/library/{id}": {
    get: {
      summary: "One synced post with the history of its figures, oldest first",
      requestParams: { path: idPath },
      responses: answers("200", "the post", libraryPostDetail),
    },
  },
  "/api/library/{id}/cover": {
    get: {
      summary: "The cover of a synced post, from our storage",
      requestParams: { path: idPath, query: coverAccess },
      responses: {
        "200": { description: "the picture", content: picture },
        "206": { description: "the bytes asked for by Range", content: picture },
        "304": { description: "as the caller has it" },
        default: problem,
      },
    },
  },
};
