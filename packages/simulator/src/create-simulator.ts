import { mkdir } from "node:fs/promises";
import { ChunkStore } from "./chunk-store.ts";
import { listen } from "./listen.ts";
import { origin } from "./origin.ts";
import { Processing } from "./processing.ts";
import { authorizeRoutes } from "./routes/authorize.ts";
import { controlRoutes } from "./routes/control.ts";
import { creatorInfoRoutes } from "./routes/creator-info.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { postsRoutes } from "./routes/posts.ts";
import { statusRoutes } from "./routes/status.ts";
import { uploadRoutes } from "./routes/upload.ts";
import { userInfoRoutes } from "./routes/user-info.ts";
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
  name: "Reelay",
  clientKey: "sim-client-key",
  clientSecret: "sim-client-secret",
  previousSecret: null,
  redirectUris: ["http://localhost:*/tiktok-callback"],
  platform: "desktop",
  audited: true,
  scopes: ["user.info.basic", "video.publish"],
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
  const www = [controlRoutes(world), authorizeRoutes(world, options.autoConsent ?? false), postsRoutes(world)];
  const api = [
    oauthRoutes(world),
    userInfoRoutes(world),
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
  await processing.resume();
  return {
    url: wwwUrl,
    wwwUrl,
    apiUrl,
    uploadUrl,
    world,
    async close() {
      world.release();
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
