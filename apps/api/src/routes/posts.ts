import { emptyRequest, postEdit, postRequest, tiktokPostRequest, type PostRequest } from "@reelay/contract";
import { listPosts, postingRows } from "@reelay/database";
import { acceptPost, editPost, planEdit, planPost } from "@reelay/flows";
import { Router, type RequestHandler } from "express";
import type { z } from "zod";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../deps.ts";
import { idempotently } from "../idempotently.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { languageOf } from "../middleware/language.ts";
import { parseBody, parseId, parseQuery } from "../middleware/parse.ts";
import { pageOf, pageQuery } from "../page.ts";
import { cancelPost } from "../posts/cancel-post.ts";
import { checkLive } from "../posts/check-live.ts";
import { getPost } from "../posts/get-post.ts";
import { postViews } from "../posts/post-view.ts";

export function postRoutes(deps: ApiDeps): Router {
  const router = Router();

  router.post(["/api/posts", "/api/library/publish-multi"], publish(deps, postRequest));
  router.post("/api/library/tiktok/publish", publish(deps, tiktokPostRequest));

  router.get("/api/posts", async (req, res) => {
    const { cursor, limit } = parseQuery(req, pageQuery);
    const page = await deps.database.inWorkspace(principalOf(req).workspaceId, async (tx) => {
      const { rows, nextCursor } = pageOf(await listPosts(tx, { limit: limit + 1, beforeId: cursor }), limit);
      return { items: await postViews(tx, rows, languageOf(req)), nextCursor };
    });
    res.json(page);
  });

  router.get("/api/posts/:id", async (req, res) => {
    const postId = parseId(req);
    res.json(
      await deps.database.inWorkspace(principalOf(req).workspaceId, (tx) => getPost(tx, postId, languageOf(req))),
    );
  });

  router.patch("/api/posts/:id", async (req, res) => {
    const postId = parseId(req);
    const edit = parseBody(req, postEdit);
    const { workspaceId } = principalOf(req);
    await idempotently(deps, req, res, {
      operation: `posts.edit ${postId}`,
      body: edit,
      prepare: async () => {
        const plan = await deps.database.inWorkspace(workspaceId, (tx) => planEdit(postingRows(tx), postId, edit));
        await checkLive(
          deps,
          plan.targets.filter((target) => target.contentChanged),
        );
      },
      work: async (tx) => {
        const wakeups = await editPost(postingRows(tx), { workspaceId, by: actorOf(principalOf(req)), postId, edit });
        return { status: 200, answer: await getPost(tx, postId, languageOf(req)), wakeups };
      },
    });
  });

  router.delete("/api/posts/:id", async (req, res) => {
    const postId = parseId(req);
    const principal = principalOf(req);
    const { workspaceId } = principal;
    const wish = { workspaceId, postId, by: actorOf(principal), language: languageOf(req) };
    await idempotently(deps, req, res, {
      operation: `posts.cancel ${postId}`,
      body: parseBody(req, emptyRequest),
      work: async (tx) => ({ status: 200, answer: await cancelPost(tx, wish) }),
    });
  });

  return router;
}

function publish(deps: ApiDeps, schema: z.ZodType<PostRequest>): RequestHandler {
  return async (req, res) => {
    const request = parseBody(req, schema);
    const { workspaceId } = principalOf(req);
    await idempotently(deps, req, res, {
      operation: "posts.create",
      body: request,
      prepare: async () => {
        const plan = await deps.database.inWorkspace(workspaceId, (tx) => planPost(postingRows(tx), request));
        await checkLive(deps, plan.targets);
      },
      work: async (tx) => ({
        status: 202,
        ...(await acceptPost(postingRows(tx), { workspaceId, by: actorOf(principalOf(req)), request })),
      }),
    });
  };
}
