import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { z } from "zod";
import { appShape } from "../options-shape.ts";
import { faultShape } from "../scenario.ts";
import type { World } from "../world.ts";

const settings = z.strictObject({
  statusLag: z.int().nonnegative().exactOptional(),
  processingTakesMs: z.number().nonnegative().exactOptional(),
  reject: z.string().nullable().exactOptional(),
  stuckForever: z.boolean().exactOptional(),
  unknownStatus: z.string().nullable().exactOptional(),
  publicIdAfterReads: z.int().nonnegative().exactOptional(),
});
const account = z.strictObject({
  username: z.string().min(1).exactOptional(),
  displayName: z.string().exactOptional(),
  isPrivate: z.boolean().exactOptional(),
  commentDisabled: z.boolean().exactOptional(),
  duetDisabled: z.boolean().exactOptional(),
  stitchDisabled: z.boolean().exactOptional(),
  maxVideoDurationSec: z.int().positive().exactOptional(),
  postsPerDay: z.int().nonnegative().exactOptional(),
  blockedBy: z.string().nullable().exactOptional(),
  privacyLevelOptions: z.array(z.string()).nullable().exactOptional(),
  followers: z.int().nonnegative().exactOptional(),
  following: z.int().nonnegative().exactOptional(),
});
const newAccount = account.extend({ username: z.string().min(1) });
const whose = z.strictObject({ openId: z.string() });
const grant = whose.extend({ scopes: z.array(z.string()).optional() });
const whoseOrAll = z.strictObject({ openId: z.string().optional() });

/** For tests that run the simulator as a process of its own; not a part of the platform. */
export function controlRoutes(world: World): Router {
  const router = express.Router();
  router.use(express.json());
  reads(router, world);
  changes(router, world);
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof z.ZodError) response.status(400).json({ problems: error.issues });
    else next(error);
  });
  return express.Router().use("/_control", router);
}

function reads(router: Router, world: World): void {
  const read = (path: string, find: () => unknown) =>
    router.get(path, (_request, response) => void response.json(find()));
  read("/posts", () => world.posts);
  read("/uploads", () => [...world.uploads.values()]);
  read("/accounts", () => [...world.accounts.values()]);
  read("/issued-tokens", () => world.issuedTokens);
  read("/calls", () => ({
    calls: world.calls,
    violations: world.violations,
    tokens: world.tokens.counts(),
    held: world.heldAnswers,
  }));
}

function changes(router: Router, world: World): void {
  const change = (path: string, apply: (body: unknown) => unknown) =>
    router.post(path, (request, response) => {
      const answer = apply(request.body ?? {});
      if (answer === undefined) response.status(204).end();
      else response.json(answer);
    });
  change("/faults", (body) => world.addFault(faultShape.parse(body)));
  router.delete("/faults", (_request, response) => {
    world.clearFaults();
    response.status(204).end();
  });
  change("/settings", (body) => void Object.assign(world.settings, settings.parse(body)));
  change("/app", (body) => {
    world.app = { ...world.app, ...appShape.parse(body) };
  });
  change("/accounts", (body) => world.addAccount(newAccount.parse(body)));
  router.patch("/accounts/:openId", (request, response) => {
    const known = world.accounts.get(request.params.openId);
    if (!known) return void response.status(404).json({ problems: ["no such account"] });
    response.json(Object.assign(known, account.parse(request.body)));
    world.changed();
  });
  change("/grant", (body) => {
    const { openId, scopes } = grant.parse(body);
    return world.grant(openId, scopes);
  });
  change("/revoke", (body) => world.revoke(whose.parse(body).openId));
  change("/expire-access-tokens", (body) => world.expireAccessTokens(whoseOrAll.parse(body).openId));
  change("/release", () => world.release());
}
