import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { mediaList, mediaView, renditionRequest, renditionView } from "../media.ts";
import { answers, idPath, jsonBody, pageParameters, problem } from "./answers.ts";

export const mediaPaths: ZodOpenApiPathsObject = {
  "/api/media": {
    post: {
      summary: "Upload one file",
      requestBody: {
        content: {
          "multipart/form-data": {
            schema: z.object({ file: z.string().meta({ format: "binary", description: "streamed" }) }),
          },
        },
      },
      responses: answers("201", "the media, being probed", mediaView),
    },
    get: {
      summary: "Media, newest first",
      requestParams: { query: pageParameters },
      responses: answers("200", "a page of media", mediaList),
    },
  },
  "/api/media/{id}": {
    get: {
      summary: "One media with its probe",
      requestParams: { path: idPath },
      responses: answers("200", "the media", mediaView),
    },
    delete: {
      summary: "Delete a media that no post needs",
      requestParams: { path: idPath },
      responses: { "204": { description: "deleted" }, default: problem },
    },
  },
  "/api/media/{id}/renditions": {
    post: {
      summary: "Convert for a platform",
      requestParams: { path: idPath },
      requestBody: jsonBody(renditionRequest),
      responses: answers("202", "the rendition with its plan", renditionView),
    },
  },
  "/api/renditions/{id}": {
    get: {
      summary: "One rendition with its progress",
      requestParams: { path: idPath },
      responses: answers("200", "the rendition", renditionView),
    },
    delete: {
      summary: "Cancel a conversion that no post needs",
      requestParams: { path: idPath },
      responses: answers("200", "the rendition afterwards", renditionView),
    },
  },
};
