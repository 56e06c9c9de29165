import express, { type Router } from "express";
import { z } from "zod";
import { faultShape } from "../scenario.ts";
import type { World } from "../world.ts";

const settings = z
  .strictObject({
    statusLag: z.int().nonnegative(),
    processingTakesMs: z.number().nonnegative(),
    reject: z.string().nullable(),
    stuckForever: z.boolean(),
    unknownStatus: z.string().nullable(),
    publicIdAfterReads: z.int().nonnegative(),
  })
  .partial();
const account = z.strictObject({
  username: z.string(),
  displayName: z.string().optional(),
  isPrivate: z.boolean().optional(),
});
const grant = z.strictObject({ openId: z.string() });

/** For tests that run the simulator as a process of its own; not a part of the platform. */
export function controlRoutes(world: World): Router {
  const router = express.Router();
  router.use(express.json());
  router.get("/_control/posts", (_request, response) => void response.json(world.posts));
  router.get("/_control/uploads", (_request, response) => void response.json([...world.uploads.values()]));
  router.get(
    "/_control/calls",
    (_request, response) =>
      void response.json({
        calls: world.calls,
        violations: world.violations,
        tokens: world.tokens,
        held: world.heldAnswers,
      }),
  );
  router.get("/_control/issued-tokens", (_request, response) => void response.json(world.issuedTokens));
  router.get("/_control/accounts", (_request, response) => void response.json([...world.accounts.values()]));
  router.post("/_control/accounts", (request, response) => {
    const { username, displayName = username, isPrivate = false } = account.parse(request.body);
    response.status(201).json(world.addAccount({ username, displayName, isPrivate }));
  });
  router.post("/_control/faults", (request, response) => {
    world.addFault(faultShape.parse(request.body));
    response.status(204).end();
  });
  router.delete("/_control/faults", (_request, response) => {
    world.clearFaults();
    response.status(204).end();
  });
  router.post("/_control/settings", (request, response) => {
    const change = Object.entries(settings.parse(request.body)).filter(([, value]) => value !== undefined);
    Object.assign(world.settings, Object.fromEntries(change));
    response.status(204).end();
  });
  router.post(
    "/_control/grant",
    (request, response) => void response.json(world.grant(grant.parse(request.body).openId)),
  );
  router.post("/_control/revoke", (request, response) => {
    world.revoke(grant.parse(request.body).openId);
    response.status(204).end();
  });
  router.post("/_control/release", (_request, response) => {
    world.release();
    response.status(204).end();
  });
  return router;
}
