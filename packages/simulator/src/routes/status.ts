import express, { type Router } from "express";
import { z } from "zod";
import { apiError, apiOk, type Answer } from "../answer.ts";
import { admit, isAnswer, presentedToken } from "../bearer.ts";
import { anyBody, jsonOf } from "../json-body.ts";
import { publicityOf } from "../post-events.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import type { Upload } from "../world-types.ts";

/** `POST /v2/post/publish/status/fetch/`. */
export function statusRoutes(world: World): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.post("/v2/post/publish/status/fetch/", anyBody, async (request, response) => {
    const presented = presentedToken(request);
    const openId = world.tokens.grantOf(presented)?.openId ?? null;
    await serve(world, request, response, {
      occasion: { endpoint: "status", openId, chunk: null },
      presented,
      run: () => status(world, presented, jsonOf(request)),
    });
  });
  return router;
}

function status(world: World, token: string, body: unknown): Answer {
  const grant = admit(world, token, { endpoint: "status", scopes: ["video.publish", "video.upload"], perMinute: 30 });
  if (isAnswer(grant)) return grant;
  const asked = z.object({ publish_id: z.string() }).safeParse(body);
  if (!asked.success) return apiError(world, 400, "invalid_params", "The request is empty or incorrect");
  const upload = world.uploads.get(asked.data.publish_id);
  if (!upload) return apiError(world, 400, "invalid_publish_id", "The publish id does not exist.");
  if (upload.openId !== grant.openId) {
    return apiError(
      world,
      400,
      "token_not_authorized_for_specified_publish_id",
      "The access token does not match the publish id.",
    );
  }
  return apiOk(world, ...shown(world, upload));
}

/** What the status endpoint lets out now: it lags behind what has happened. */
function shown(world: World, upload: Upload): [Record<string, unknown>, Record<string, string>?] {
  const bytes = { uploaded_bytes: upload.acknowledgedBytes };
  const unfinished = upload.acknowledgedBytes < upload.sizeBytes;
  if (unfinished && upload.expiresAt <= world.now()) return [{ status: "FAILED", fail_reason: "internal", ...bytes }];
  const { settings } = world;
  const processing = unfinished || upload.status === "PROCESSING_UPLOAD" || settings.stuckForever;
  const stillWorking = upload.finishedAt !== null && world.now() < upload.finishedAt + settings.processingTakesMs;
  if (processing || stillWorking) return [{ status: settings.unknownStatus ?? "PROCESSING_UPLOAD", ...bytes }];
  upload.reads += 1;
  if (upload.reads <= upload.lagReads) return [{ status: "PROCESSING_UPLOAD", ...bytes }];
  if (upload.status === "FAILED") return [{ status: "FAILED", fail_reason: upload.failReason, ...bytes }];
  return complete(world, upload, upload.reads - upload.lagReads - 1);
}

/** The public id comes late: first absent, then an empty list, then there; only ever for public posts. */
function complete(
  world: World,
  upload: Upload,
  readsSince: number,
): [Record<string, unknown>, Record<string, string>?] {
  const post = world.posts.find((other) => other.publishId === upload.publishId);
  const base = { status: "PUBLISH_COMPLETE", uploaded_bytes: upload.acknowledgedBytes };
  if (post?.privacyLevel !== "PUBLIC_TO_EVERYONE" || post.postId === null) return [base];
  const wait = world.settings.publicIdAfterReads;
  if (readsSince < wait) return [base];
  if (readsSince < wait * 2) return [{ ...base, publicaly_available_post_id: [] }];
  if (wait > 0 && readsSince === wait * 2) world.webhooks.tell(publicityOf(post));
  return [{ ...base, publicaly_available_post_id: ["<post id>"] }, { "<post id>": post.postId }];
}
