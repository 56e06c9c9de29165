import { mkdir } from "node:fs/promises";
import { ChunkStore } from "./chunk-store.ts";
import { listen } from "./listen.ts";
import { origin } from "./origin.ts";
import { Processing } from "./processing.ts";
import { authorizeRoutes } from "./routes/authorize.ts";
import { controlRoutes } from "./routes/control.ts";
import { controlVideoRoutes } from "./routes/control-videos.ts";
import { controlWebhookRoutes } from "./routes/control-webhooks.ts";
import { coverRoutes } from "./routes/covers.ts";
import { creatorInfoRoutes } from "./routes/creator-info.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { postsRoutes } from "./routes/posts.ts";
import { statusRoutes } from "./routes/status.ts";
import { uploadRoutes } from "./routes/upload.ts";
import { userInfoRoutes } from "./routes/user-info.ts";
import { videoInitRoutes } from "./routes/video-init.ts";
import { videoListRoutes } from "./routes/video-list.ts";
import { keepState } from "./state-file.ts";
import type { WebhookSettings } from "./webhooks.ts";
import { World } from "./world.ts";
import type { AppRegistration } from "./world-types.ts";

export interface SimulatorOptions {
  /** Posted bytes and their digests; made when missing. */
  readonly directory: string;
  readonly clock?: { now(): number };
  readonly profile?: "nov2026" | "legacy";
  /** Lives of its tokens, instead of the profile's. */
  readonly lives?: { readonly accessSec: number; readonly refreshSec: number };
  readonly seed?: number;
  /** 0 or missing: any that is free. */
  readonly ports?: { readonly www?: number; readonly api?: number; readonly upload?: number };
  /** Host in the addresses that it hands out. */
  readonly publicHost?: string;
  readonly app?: Partial<AppRegistration>;
  /** Where events go, and how; without an address none are sent. */
  readonly webhooks?: Partial<WebhookSettings>;
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
  name: "Reelay",
  clientKey: "sim-client-key",
  clientSecret: "sim-client-secret",
  previousSecret: null,
  redirectUris: ["http://localhost:*/tiktok-callback"],
  platform: "desktop",
  audited: true,
  scopes: ["user.info.basic", "user.info.profile", "user.info.stats", "video.list", "video.publish"],
  sandboxTargets: null,
  oauthErrorStatus: 200,
  ungrantedFieldStatus: 401,
  activeUserCap: null,
  liftLimits: false,
  singularInvalidParam: false,
};

/** A strict, offline TikTok over real HTTP on three origins: www (people), api and upload. */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  await mkdir(options.directory, { recursive: true });
  const world = createWorld(options);
  const state = options.keepState ? keepState(world) : null;
  if (world.accounts.size === 0) world.addAccount({ username: "demo.creator", displayName: "Demo Creator" });
  const addresses = { www: "", upload: "" };
  const chunks = new ChunkStore(world);
  const processing = new Processing(world, {
    chunks,
    ffprobePath: options.mediaCheck === false ? null : (options.ffprobePath ?? "ffprobe"),
    wwwUrl: () => addresses.www,
  });
  const www = [
    controlVideoRoutes(world),
    controlWebhookRoutes(world),
    controlRoutes(world),
    authorizeRoutes(world, options.autoConsent ?? false),
    coverRoutes(world),
    postsRoutes(world),
  ];
  const api = [
    oauthRoutes(world),
    userInfoRoutes(world),
    videoListRoutes(world, () => addresses.www),
    creatorInfoRoutes(world),
    videoInitRoutes(world, () => addresses.upload),
    statusRoutes(world),
  ];
  const upload = [uploadRoutes(world, { chunks, processing })];
  const servers = await listenOnAll([
    [origin(world, www), options.ports?.www],
    [origin(world, api), options.ports?.api],
    [origin(world, upload), options.ports?.upload],
  ]);
  const [wwwUrl = "", apiUrl = "", uploadUrl = ""] = servers.map(
    ({ port }) => `http://${options.publicHost ?? "localhost"}:${port}`,
  );
  addresses.www = wwwUrl;
  addresses.upload = uploadUrl;
  Object.assign(world.webhooks.settings, options.webhooks);
  world.webhooks.start();
  await processing.resume();
  return {
    url: wwwUrl,
    wwwUrl,
    apiUrl,
    uploadUrl,
    world,
    async close() {
      world.release();
      await world.webhooks.stop();
      await Promise.all(servers.map((server) => server.close()));
      await processing.settled();
      await state?.flush();
    },
  };
}

function createWorld(options: SimulatorOptions): World {
  const clock = options.clock ?? { now: () => Date.now() };
  return new World({
    now: () => clock.now(),
    profile: options.profile ?? "nov2026",
    lives: options.lives,
    seed: options.seed ?? Date.now(),
    app: { ...defaultApp, ...options.app },
    directory: options.directory,
  });
}

/** All or none: when one port is taken, the others are given back. */
async function listenOnAll(wanted: readonly [Parameters<typeof listen>[0], number | undefined][]) {
  const settled = await Promise.allSettled(wanted.map(([app, port]) => listen(app, port ?? 0)));
  const servers = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = settled.find((one) => one.status === "rejected");
  if (!failed) return servers;
  await Promise.all(servers.map((server) => server.close()));
  throw failed.reason;
}
