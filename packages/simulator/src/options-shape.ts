import { z } from "zod";

export const appShape = z.strictObject({
  name: z.string().exactOptional(),
  clientKey: z.string().exactOptional(),
  clientSecret: z.string().exactOptional(),
  previousSecret: z.string().nullable().exactOptional(),
  redirectUris: z.array(z.string()).max(10).exactOptional(),
  platform: z.enum(["web", "desktop"]).exactOptional(),
  audited: z.boolean().exactOptional(),
  scopes: z.array(z.string()).exactOptional(),
  sandboxTargets: z.array(z.string()).nullable().exactOptional(),
  oauthErrorStatus: z.literal([200, 400, 401]).exactOptional(),
  ungrantedFieldStatus: z.literal([401, 400]).exactOptional(),
  activeUserCap: z.int().positive().nullable().exactOptional(),
  liftLimits: z.boolean().exactOptional(),
  singularInvalidParam: z.boolean().exactOptional(),
});

export const webhooksShape = z.strictObject({
  url: z.url().nullable().exactOptional(),
  copies: z.int().positive().exactOptional(),
  hold: z.boolean().exactOptional(),
  beforeInit: z.boolean().exactOptional(),
  postIdAs: z.enum(["string", "number"]).exactOptional(),
  signsAnew: z.boolean().exactOptional(),
});

const port = z.int().min(0).max(65_535).exactOptional();

/** What a simulator that runs as a process of its own may be told: all but the clock. */
export const optionsShape = z.strictObject({
  directory: z.string().min(1),
  profile: z.enum(["nov2026", "legacy"]).exactOptional(),
  lives: z.strictObject({ accessSec: z.int().positive(), refreshSec: z.int().positive() }).exactOptional(),
  seed: z.int().exactOptional(),
  ports: z.strictObject({ www: port, api: port, upload: port }).exactOptional(),
  publicHost: z.string().exactOptional(),
  app: appShape.exactOptional(),
  webhooks: webhooksShape.exactOptional(),
  ffprobePath: z.string().exactOptional(),
  mediaCheck: z.boolean().exactOptional(),
  autoConsent: z.boolean().exactOptional(),
  keepState: z.boolean().exactOptional(),
});
