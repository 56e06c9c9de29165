import type { Failure } from "@reelay/domain";

/** What a caller needs a token for. */
export interface TokenNeed {
  /** How long the token must live from now. */
  readonly neededMs: number;
  /** The version that the platform has just refused; refreshed even though it has not expired. */
  readonly rejectedVersion?: number;
  /** A person asked for the refresh: `rejectedVersion` was not refused by the platform, so nothing follows from it. */
  readonly asked?: boolean;
  readonly signal: AbortSignal;
}

/** A token, or why not now: `inMs` says when it is worth asking again; null when a person must act first. */
export type TokenAnswer =
  | { readonly ok: true; readonly accessToken: string; readonly version: number }
  | {
      readonly ok: false;
      readonly wait: {
        readonly reason: "token_refreshing" | "account_needs_reconnect" | "hold" | "backoff";
        readonly inMs: number | null;
      };
      readonly failure?: Failure;
    };
