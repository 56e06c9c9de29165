import express, { type Router } from "express";
import { postPage, postsPage } from "../pages/posts-page.ts";
import type { World } from "../world.ts";

/** What a person sees: the posts, one post under its permalink, and the bytes that arrived. */
export function postsRoutes(world: World): Router {
  const router = express.Router();
  router.get("/", (_request, response) => {
    response.type("html").send(postsPage(world.posts));
  });
  router.get("/@:username/video/:postId", (request, response) => {
    const { username, postId } = request.params;
    const post = world.posts.find((other) => other.username === username && other.postId === postId);
    if (post) response.type("html").send(postPage(post));
    else response.status(404).type("text").send("No such post.");
  });
  router.get("/media/:publishId", (request, response, next) => {
    const post = world.posts.find((other) => other.publishId === request.params.publishId);
    if (!post) {
      response.status(404).type("text").send("No such media.");
      return;
    }
    response.sendFile(
      post.filePath,
      { headers: { "content-type": "video/mp4" }, dotfiles: "allow" },
      (error?: Error) => {
        if (error && !response.headersSent) next(error);
      },
    );
  });
  return router;
}
