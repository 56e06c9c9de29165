import type { Times } from "@reelay/runtime";

/** Who we are at TikTok and where TikTok is. Addresses have no slash at their end. */
export interface TiktokConnection {
  readonly clientKey: string;
  readonly clientSecret: string;
  readonly wwwUrl: string;
  readonly apiUrl: string;
  /** Patterns of hosts that bytes may be sent to; see `assertUploadAddress`. */
  readonly uploadHosts: readonly string[];
  /** Asked for when connecting: what is used, and no more. */
  readonly scopes?: readonly string[];
  readonly times: Times;
}

export const defaultScopes = [
  "user.info.basic",
  "user.info.profile",
  "user.info.stats",
  "video.list",
  "video.publish",
] as const;

/** Longest time of a call before `TIME_SCALE`. */
export const callTimeoutsMs = { read: 15_000, init: 20_000, oauth: 25_000 } as const;

/** Where a stand-in of TikTok serves its pictures: `host:port` when www is not https, else null. */
export function standInHost(connection: Pick<TiktokConnection, "wwwUrl">): string | null {
  const { protocol, host } = new URL(connection.wwwUrl);
  return protocol === "http:" ? host : null;
}
