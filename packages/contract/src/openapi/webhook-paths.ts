import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { answers } from "./answers.ts";

const tiktokWebhook = z.object({
  client_key: z.string(),
  event: z.string(),
  create_time: z.int(),
  user_openid: z.string().optional(),
  content: z.string().meta({ description: "JSON inside this text" }),
});

export const webhookPaths: ZodOpenApiPathsObject = {
  "/webhooks/tiktok": {
    post: {
      summary: "From TikTok alone: signed by `TikTok-Signature`; stored once and acted on later",
      security: [],
      requestBody: { content: { "application/json": { schema: tiktokWebhook } } },
      responses: answers("200", "received, whether it means anything to us or not", z.object({})),
    },
  },
};
