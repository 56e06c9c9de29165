import express, { type Request, type Router } from "express";
import { z } from "zod";
import { apiError, type Answer } from "../answer.ts";
import { admit, isAnswer, presentedToken } from "../bearer.ts";
import { anyBody, jsonOf } from "../json-body.ts";
import { serve } from "../serve.ts";
import type { World } from "../world.ts";
import { readFields, videosAnswer } from "./video-fields.ts";

const listBody = z.object({ cursor: z.int().nonnegative().optional(), max_count: z.int().min(1).max(20).default(10) });
const queryBody = z.object({ filters: z.object({ video_ids: z.array(z.string()).min(1).max(20) }) });
const gate = { scopes: ["video.list"], perMinute: 600, window: "app" } as const;

/** `POST /v2/video/list/` and `/v2/video/query/`: the creator's own public videos. */
export function videoListRoutes(world: World, wwwUrl: () => string): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  const route = (
    path: string,
    endpoint: "video_list" | "video_query",
    run: (world: World, asked: Asked) => Answer,
  ): void => {
    router.post(path, anyBody, async (request, response) => {
      const presented = presentedToken(request);
      const openId = world.tokens.grantOf(presented)?.openId ?? null;
      await serve(world, request, response, {
        occasion: { endpoint, openId, chunk: null },
        presented,
        run: () => {
          const grant = admit(world, presented, { endpoint, ...gate });
          if (isAnswer(grant)) return grant;
          const fields = readFields(request.query["fields"]);
          if (fields === null) return invalid(world, "Fields is required, and only known fields.");
          world.videos.adopt(world.posts, grant.openId);
          return run(world, { openId: grant.openId, fields, wwwUrl: wwwUrl(), body: bodyOf(request) });
        },
      });
    });
  };
  route("/v2/video/list/", "video_list", list);
  route("/v2/video/query/", "video_query", query);
  return router;
}

interface Asked {
  readonly openId: string;
  readonly fields: readonly string[];
  readonly wwwUrl: string;
  readonly body: unknown;
}

/** Newest first. The cursor counts milliseconds, although `create_time` counts seconds. */
function list(world: World, { openId, fields, wwwUrl, body }: Asked): Answer {
  const asked = listBody.safeParse(body);
  if (!asked.success) return invalid(world, "The request is empty or incorrect");
  const { cursor, max_count } = asked.data;
  const before = world.videos
    .of(openId)
    .filter(({ isPublic, createdAtMs }) => isPublic && createdAtMs < (cursor ?? Infinity));
  const videos = before.slice(0, max_count);
  const rest = { cursor: videos.at(-1)?.createdAtMs ?? cursor ?? world.now(), has_more: before.length > videos.length };
  world.pageReads.count(openId, cursor === undefined ? "" : String(cursor));
  return videosAnswer(world, { videos, fields, wwwUrl, rest });
}

/** Other creators' ids are silently absent. */
function query(world: World, { openId, fields, wwwUrl, body }: Asked): Answer {
  const asked = queryBody.safeParse(body);
  if (!asked.success) return invalid(world, "The request is empty or incorrect");
  const ids = new Set(asked.data.filters.video_ids);
  const videos = world.videos.of(openId).filter(({ id, isPublic }) => isPublic && ids.has(id));
  return videosAnswer(world, { videos, fields, wwwUrl, rest: {} });
}

/** The body may be left out. */
function bodyOf(request: Request): unknown {
  const isEmpty = typeof request.body !== "string" || request.body.trim() === "";
  return isEmpty ? {} : jsonOf(request);
}

function invalid(world: World, message: string): Answer {
  return apiError(world, 400, "invalid_params", message);
}
