import { mkdir } from "node:fs/promises";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { createFinishUpload } from "./finish-upload.ts";
import { listen } from "./listen.ts";
import { authorizeRoutes } from "./routes/authorize.ts";
import { controlRoutes } from "./routes/control.ts";
import { creatorRoutes } from "./routes/creator-info.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { postsRoutes } from "./routes/posts.ts";
import { statusRoutes } from "./routes/status.ts";
import { uploadRoutes } from "./routes/upload.ts";
import { videoInitRoutes } from "./routes/video-init.ts";
import { keepState } from "./state-file.ts";
import { World } from "./world.ts";
import type { AppRegistration } from "./world-types.ts";

export interface SimulatorOptions {
  /** Posted bytes and their digests; made when missing. */
  readonly directory: string;
  readonly clock?: { now(): number };
  readonly profile?: "nov2026" | "legacy";
  readonly seed?: number;
  /** 0 or missing: any that is free. */
  readonly ports?: { readonly www?: number; readonly api?: number; readonly upload?: number };
  /** Host in the addresses that it hands out. */
  readonly publicHost?: string;
  readonly app?: Partial<AppRegistration>;
  readonly ffprobePath?: string;
  /** False: every file passes. */
  readonly mediaCheck?: boolean;
  /** True: the authorize page consents by itself, with every scope, as the first account. */
  readonly autoConsent?: boolean;
  /** Keeps accounts, tokens and posts in the directory over a restart. */
  readonly keepState?: boolean;
}

export interface Simulator {
  /** Same as `wwwUrl`: the page of posts. */
  readonly url: string;
  readonly wwwUrl: string;
  readonly apiUrl: string;
  readonly uploadUrl: string;
  readonly world: World;
  close(): Promise<void>;
}

const defaultApp: AppRegistration = {
  clientKey: "sim-client-key",
  clientSecret: "sim-client-secret",
  redirectUris: ["http://localhost:*/tiktok-callback"],
  platform: "desktop",
  audited: true,
  scopes: ["user.info.basic", "video.publish"],
  sandboxTargets: null,
  oauthErrorStatus: 200,
  liftLimits: false,
  singularInvalidParam: false,
};

/** A strict, offline TikTok over real HTTP on three origins: www (people), api and upload. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  await mkdir(options.directory, { recursive: true });
  const clock = options.clock ?? { now: () => Date.now() };
  const world = new World({
    now: () => clock.now(),
    profile: options.profile ?? "nov2026",
    seed: options.seed ?? clock.now(),
    app: { ...defaultApp, ...options.app },
    directory: options.directory,
  });
  const state = options.keepState ? keepState(world) : null;
  if (world.accounts.size === 0) world.addAccount({ username: "demo.creator", displayName: "Demo Creator" });
  const work = new Set<Promise<void>>();
  const addresses = { www: "", upload: "" };
  const finish = createFinishUpload(world, {
    ffprobePath: options.mediaCheck === false ? null : (options.ffprobePath ?? "ffprobe"),
    wwwUrl: () => addresses.www,
    onWork: (job) => void work.add(job.finally(() => work.delete(job))),
  });
  const servers = await Promise.all([
    listen(
      origin(
        controlRoutes(world),
        authorizeRoutes(world, () => options.autoConsent ?? false),
        postsRoutes(world),
      ),
      options.ports?.www ?? 0,
    ),
    listen(
      origin(
        oauthRoutes(world),
        creatorRoutes(world),
        videoInitRoutes(world, () => addresses.upload),
        statusRoutes(world),
      ),
      options.ports?.api ?? 0,
    ),
    listen(origin(uploadRoutes(world, finish)), options.ports?.upload ?? 0),
  ]);
  const [wwwUrl, apiUrl, uploadUrl] = servers.map(
    ({ port }) => `http://${options.publicHost ?? "localhost"}:${port}`,
  ) as [string, string, string];
  addresses.www = wwwUrl;
  addresses.upload = uploadUrl;
  return {
    url: wwwUrl,
    wwwUrl,
    apiUrl,
    uploadUrl,
    world,
    async close() {
      world.release();
      await Promise.all(servers.map((server) => server.close()));
      await Promise.allSettled(work);
      await state?.flush();
    },
  };
}

function origin(...routers: express.Router[]): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("strict routing");
  for (const router of routers) app.use(router);
  app.use((_request: Request, response: Response) => void response.status(404).type("text").send("404 page not found"));
  app.use((_error: Error, _request: Request, response: Response, _next: NextFunction) => {
    if (response.headersSent) response.destroy();
    else
      response
        .status(400)
        .json({ error: { code: "invalid_params", message: "The request could not be read.", log_id: "0" } });
  });
  return app;
}
