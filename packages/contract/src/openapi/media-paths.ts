import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { mediaImport, mediaList, mediaView, renditionRequest, renditionView, uploadView } from "../media.ts";
import { answers, idPath, jsonBody, pageParameters, problem } from "./answers.ts";

const bytes = { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } };

export const mediaPaths: ZodOpenApiPathsObject = {
  "/api/media": {
    post: {
      summary: "Upload one file, or have one fetched from an address",
      requestBody: {
        content: {
          "multipart/form-data": {
            schema: z.object({ file: z.string().meta({ format: "binary", description: "streamed" }) }),
          },
          "application/json": { schema: mediaImport },
        },
      },
      responses: answers("201", "the media, being probed or imported", mediaView),
    },
    get: {
      summary: "Media, newest first",
      requestParams: { query: pageParameters },
      responses: answers("200", "a page of media", mediaList),
    },
  },
  "/api/media/uploads": {
    options: {
      summary: "What of tus 1.0 is spoken here",
      security: [],
      responses: tusAnswer("204", "see its headers"),
    },
    post: {
      summary: "Begin a resumable upload (tus 1.0)",
      requestParams: {
        header: z.object({
          "Tus-Resumable": z.literal("1.0.0"),
          "Upload-Length": z.string().meta({ description: "bytes of the whole file" }),
          "Upload-Metadata": z.string().optional().meta({ description: "filename and filetype in base64, as hints" }),
        }),
      },
      responses: tusAnswer("201", "begun: Location is where it goes on"),
    },
  },
  "/api/media/uploads/{id}": {
    options: {
      summary: "What of tus 1.0 is spoken here",
      security: [],
      requestParams: { path: idPath },
      responses: tusAnswer("204", "see its headers"),
    },
    head: {
      summary: "How far a resumable upload has come",
      requestParams: { path: idPath },
      responses: tusAnswer("200", "Upload-Offset, Upload-Length and, once it is finished, Media-Id"),
    },
    get: {
      summary: "A resumable upload and the media that it became",
      requestParams: { path: idPath },
      responses: answers("200", "the upload", uploadView),
    },
    patch: {
      summary: "Go on with a resumable upload",
      requestParams: {
        path: idPath,
        header: z.object({ "Tus-Resumable": z.literal("1.0.0"), "Upload-Offset": z.string() }),
      },
      requestBody: {
        content: { "application/offset+octet-stream": { schema: z.string().meta({ format: "binary" }) } },
      },
      responses: tusAnswer("204", "Upload-Offset and, after the last byte, Media-Id"),
    },
    delete: {
      summary: "Give up a resumable upload",
      requestParams: { path: idPath },
      responses: tusAnswer("204", "given up"),
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
  "/media/{kind}/{id}/{access}/{name}": {
    get: {
      summary: "The bytes of a media by an address from its `url`, for platforms and browsers; no key is asked for",
      requestParams: {
        path: z.object({ kind: z.string(), id: z.uuid(), access: z.string(), name: z.string() }),
        header: z.object({ Range: z.string().optional(), "If-Range": z.string().optional() }),
      },
      responses: {
        "200": { description: "the bytes", content: bytes },
        "206": { description: "the one range asked for", content: bytes },
        "304": { description: "as the caller has it" },
        "416": { description: "no such range" },
        default: problem,
      },
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

function tusAnswer(status: "200" | "201" | "204", description: string) {
  return { [status]: { description }, default: problem };
}
