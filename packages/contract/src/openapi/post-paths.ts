import type { z } from "zod";
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from "zod-openapi";
import { acceptedPost, canceledPost, postEdit, postList, postRequest, postView, tiktokPostRequest } from "../posts.ts";
import { answers, idempotencyHeader, idPath, jsonBody, pageParameters } from "./answers.ts";

const publish = (summary: string, schema: z.ZodType): ZodOpenApiOperationObject => ({
  summary,
  requestParams: { header: idempotencyHeader },
  requestBody: jsonBody(schema),
  responses: answers("202", "accepted: queued, or scheduled", acceptedPost),
});

export const postPaths: ZodOpenApiPathsObject = {
  "/api/posts": {
    post: publish("Publish now, or schedule", postRequest),
    get: {
      summary: "Posts, newest first",
      requestParams: { query: pageParameters },
      responses: answers("200", "a page of posts", postList),
    },
  },
  "/api/library/publish-multi": { post: publish("The same as POST /api/posts", postRequest) },
  "/api/library/tiktok/publish": { post: publish("The same for one TikTok target", tiktokPostRequest) },
  "/api/posts/{id}": {
    get: {
      summary: "One post with its publications",
      requestParams: { path: idPath },
      responses: answers("200", "the post", postView),
    },
    patch: {
      summary: "Edit or reschedule while every target is editable",
      requestParams: { path: idPath, header: idempotencyHeader },
      requestBody: jsonBody(postEdit),
      responses: answers("200", "the edited post", postView),
    },
    delete: {
      summary: "Cancel what can still be canceled",
      requestParams: { path: idPath, header: idempotencyHeader },
      responses: answers("200", "what was canceled, and what was not", canceledPost),
    },
  },
};
