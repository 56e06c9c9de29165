import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { neededWith } from "./needed-with.ts";

const flagText = z.enum(["0", "1", "true", "false"]);
const isOn = (text: string) => text === "1" || text === "true";
const flag = flagText.default("0").transform(isOn);
const port = z.coerce.number().int().min(0).max(65_535);
const httpUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https address" })
  .transform((text) => text.replace(/\/+$/, ""));

/** Who may say by `X-Forwarded-For` where a request comes from: nobody, so many proxies, or those of the subnets. */
const trustProxy = z
  .string()
  .default("0")
  .transform((text, context): false | number | string[] => {
    if (text === "0") return false;
    if (/^[1-9]$/.test(text)) return Number(text);
    const subnets = text.split(",").map((part) => part.trim());
    if (subnets.every(isSubnet)) return subnets;
    context.addIssue({ code: "custom", message: "must be a number of proxies (0 to 9) or a list of their subnets" });
    return z.NEVER;
  });

function isSubnet(text: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(text)) return true;
  const [address = "", prefix, ...more] = text.split("/");
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (bits === 0 || more.length > 0) return false;
  // Everybody is no proxy of ours.
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) > 0 && Number(prefix) <= bits);
}

/** Of every process. `TIME_SCALE` (tests and benchmarks only) multiplies leases, renewals, waits and call time-outs. */
export const processConfig = z.object({
  NODE_ENV: z.string().default("development"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  TIME_SCALE: z.coerce.number().positive().max(10).default(1),
});

export const databaseConfig = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }),
  DATABASE_DIRECT_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }).optional(),
  DATABASE_MAX_CONNECTIONS: z.coerce.number().int().min(2).max(200).default(12),
});

export const redisConfig = z.object({
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must be a redis:// or rediss:// address" }),
  REDIS_KEY_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .default("reelay"),
});

const vaultKeys = z.string().transform((text, context) => {
  const keys = text.split(",").map((part) => {
    const at = part.indexOf(":");
    return { id: part.slice(0, at).trim(), key: Buffer.from(part.slice(at + 1).trim(), "base64") };
  });
  const good = keys.every(({ id, key }) => /^[A-Za-z0-9_-]{1,32}$/.test(id) && key.length === 32);
  if (good && new Set(keys.map(({ id }) => id)).size === keys.length) return keys;
  context.addIssue({ code: "custom", message: "must be id:base64,id:base64 with keys of 32 bytes and different ids" });
  return z.NEVER;
});

export const vaultConfig = z.object({ TOKEN_ENCRYPTION_KEYS: vaultKeys });

const withS3 = { name: "STORAGE_DRIVER", value: "s3" } as const;

/** `STORAGE_DIRECTORY` is where media lie, or with S3 only where files under way do. */
export const storageConfig = z.object({
  STORAGE_DRIVER: z.enum(["disk", "s3"]).default("disk"),
  STORAGE_DIRECTORY: z
    .string()
    .min(1)
    .default(() => join(tmpdir(), "reelay"))
    .register(neededWith, { name: "STORAGE_DRIVER", value: "disk" }),
  S3_ENDPOINT: httpUrl.optional(),
  S3_REGION: z.string().min(1).default("us-east-1"),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: "must be the name of a bucket" })
    .default("tiktok-media"),
  S3_ACCESS_KEY_ID: z.string().default("").register(neededWith, withS3),
  S3_SECRET_ACCESS_KEY: z.string().default("").register(neededWith, withS3),
  /** Absent: where an endpoint is named. */
  S3_FORCE_PATH_STYLE: flagText.transform(isOn).optional(),
});

/** Where platforms fetch media: this installation's `/media`, perhaps under another name. */
export const mediaPublicConfig = z.object({ MEDIA_PUBLIC_URL: httpUrl.optional() });

export const mediaConfig = z.object({
  FFMPEG_PATH: z.string().optional(),
  FFPROBE_PATH: z.string().optional(),
  MEDIA_MAX_BYTES: z.coerce.number().int().min(1).max(4_294_967_296).default(104_857_600),
  MEDIA_TYPES: z
    .string()
    .default("video/mp4,video/quicktime,image/jpeg,image/png")
    .transform((text) => text.split(",").map((type) => type.trim().replace("video/mov", "video/quicktime")))
    .pipe(
      z.array(z.enum(["video/mp4", "video/quicktime", "video/webm", "image/jpeg", "image/png", "image/webp"])).min(1),
    ),
});

/** What a workspace may store and begin, unless its row says otherwise, and what the disk keeps free. */
export const uploadConfig = z.object({
  MEDIA_QUOTA_BYTES: z.coerce.number().int().min(1).default(107_374_182_400),
  MEDIA_UPLOADS_PER_MINUTE: z.coerce.number().int().min(1).default(600),
  STORAGE_MIN_FREE_BYTES: z.coerce.number().int().min(0).default(1_073_741_824),
  /** Media may be imported from plain http addresses, too. */
  MEDIA_URL_ALLOW_HTTP: flag,
});

/** `PUBLIC_URL` has no slash at its end. */
export const httpConfig = z.object({
  PORT: port.default(3002),
  HOST: z.string().default("127.0.0.1"),
  PUBLIC_URL: httpUrl.default("http://localhost:3002"),
  TRUST_PROXY: trustProxy,
});

/** `DASHBOARD_PUBLIC_URL` where a proxy serves the dashboard under another address; https makes its cookie secure. */
export const dashboardConfig = z.object({
  DASHBOARD_PORT: port.default(3003),
  DASHBOARD_HOST: z.string().default("127.0.0.1"),
  DASHBOARD_PUBLIC_URL: httpUrl.optional(),
  DASHBOARD_READ_ONLY: flag,
});

/** Where TikTok is and who we are there; the start script fills in the simulator's when no key is given. */
export const tiktokConfig = z.object({
  TIKTOK_CLIENT_KEY: z.string().min(1),
  TIKTOK_CLIENT_SECRET: z.string().min(1),
  TIKTOK_REDIRECT_URI: z.url().optional(),
  NEXT_PUBLIC_TIKTOK_REDIRECT_URI: z.url().optional(),
  TIKTOK_WWW_URL: httpUrl.default("https://www.tiktok.com"),
  TIKTOK_API_URL: httpUrl.default("https://open.tiktokapis.com"),
  TIKTOK_UPLOAD_HOSTS: z
    .string()
    .default("*.tiktokapis.com")
    .transform((text) => text.split(",").map((host) => host.trim())),
});

/** For webhooks that TikTok signed before the secret was exchanged. */
export const tiktokWebhookConfig = z.object({ TIKTOK_CLIENT_SECRET_PREVIOUS: z.string().min(1).optional() });

export const identityConfig = z.object({
  BETTER_AUTH_SECRET: z.string().min(32, { error: "must have at least 32 characters" }),
});

export const bootstrapConfig = z.object({
  REELAY_ADMIN_EMAIL: z.email().default("admin@reelay.localhost"),
  REELAY_ADMIN_PASSWORD: z.string().min(8).optional(),
  REELAY_BOOTSTRAP_API_KEY: z.string().min(64, { error: "must have at least 64 characters" }).optional(),
});

export const switchesConfig = z.object({ REELAY_RECONCILE_ONLY: flag });

export const publishConfig = z.object({
  /** Publications at once in a publish worker, in each of the two lanes. */
  PUBLISH_PLACES: z.coerce.number().int().min(1).max(200).default(8),
});

const timeZone = z.string().refine(isTimeZone, { error: "must be an IANA time zone" });

/** When the nightly sync begins: a cron expression, in the time zone of workspaces that have set none. */
export const syncConfig = z.object({
  NIGHTLY_SYNC_CRON: z.string().default("0 3 * * *"),
  NIGHTLY_SYNC_TZ: timeZone.default("UTC"),
});

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
