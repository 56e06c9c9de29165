import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { z } from "zod";
import type { World } from "../world.ts";

const figure = z.int().nonnegative().nullable().exactOptional();
const views = z
  .union([z.int().nonnegative().transform(String), z.string().regex(/^\d{1,19}$/)])
  .nullable()
  .exactOptional();
const seed = z.strictObject({
  openId: z.string(),
  count: z.int().min(1).max(100_000),
  newestAtMs: z.int().optional(),
  everyMs: z.int().positive().default(3_600_000),
});
const change = z.strictObject({
  description: z.string().exactOptional(),
  durationSec: z.int().nonnegative().exactOptional(),
  likes: figure,
  comments: figure,
  shares: figure,
  views,
  isPublic: z.boolean().exactOptional(),
  coverVersion: z.int().positive().exactOptional(),
});

/** Videos of the simulator as a process of its own: seeded, changed, hidden, deleted; and which pages were read. */
export function controlVideoRoutes(world: World): Router {
  const router = express.Router();
  router.use(express.json());
  router.get("/videos", (request, response) => {
    const { openId } = request.query;
    response.json(typeof openId === "string" ? world.videos.of(openId) : world.videos.all());
  });
  router.post("/videos", (request, response) => {
    const { openId, count, everyMs, newestAtMs = world.now() } = seed.parse(request.body);
    const added = world.videos.seed(openId, { count, everyMs, newestAtMs });
    world.changed();
    response.json(added);
  });
  router.patch("/videos/:id", (request, response) => {
    const video = world.videos.find(request.params.id);
    if (!video) return void response.status(404).json({ problems: ["no such video"] });
    response.json(Object.assign(video, change.parse(request.body)));
    world.changed();
  });
  router.delete("/videos/:id", (request, response) => {
    const isGone = world.videos.remove(request.params.id);
    if (isGone) world.changed();
    response.status(isGone ? 204 : 404).end();
  });
  router.get("/pages", (_request, response) => void response.json(world.pageReads.all));
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof z.ZodError) response.status(400).json({ problems: error.issues });
    else next(error);
  });
  return express.Router().use("/_control", router);
}
