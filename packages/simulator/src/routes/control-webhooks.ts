import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { z } from "zod";
import { webhooksShape } from "../options-shape.ts";
import type { World } from "../world.ts";

const event = z.strictObject({
  event: z.string().min(1),
  openId: z.string(),
  content: z.record(z.string(), z.unknown()),
});
const release = z.strictObject({ reversed: z.boolean().exactOptional() });
const privacy = z.strictObject({ publishId: z.string(), privacyLevel: z.string() });

/** Webhooks of the simulator as a process of its own: where and how they are sent, any of them at once, and what was sent. */
export function controlWebhookRoutes(world: World): Router {
  const router = express.Router();
  router.use(express.json());
  router.get("/webhooks", (_request, response) => {
    const { settings, deliveries } = world.webhooks;
    response.json({ settings, deliveries });
  });
  const change = (path: string, apply: (body: unknown) => void) =>
    router.post(path, (request, response) => {
      apply(request.body ?? {});
      response.status(204).end();
    });
  change("/webhooks", (body) => void Object.assign(world.webhooks.settings, webhooksShape.parse(body)));
  change("/webhooks/send", (body) => world.webhooks.tell(event.parse(body)));
  change("/webhooks/release", (body) => world.webhooks.release(release.parse(body)));
  change("/privacy", (body) => {
    const { publishId, privacyLevel } = privacy.parse(body);
    world.setPrivacy(publishId, privacyLevel);
  });
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof z.ZodError) response.status(400).json({ problems: error.issues });
    else next(error);
  });
  return express.Router().use("/_control", router);
}
