export interface AppRegistration {
  /** As the consent page shows it. */
  readonly name: string;
  readonly clientKey: string;
  readonly clientSecret: string;
  /** Accepted besides the secret, while secrets are being exchanged. */
  readonly previousSecret: string | null;
  /** Exact; a desktop app may write `*` for the port. */
  readonly redirectUris: readonly string[];
  readonly platform: "web" | "desktop";
  readonly audited: boolean;
  readonly scopes: readonly string[];
  /** Open ids or usernames that may log in; null: everybody. */
  readonly sandboxTargets: readonly string[] | null;
  readonly oauthErrorStatus: 200 | 400 | 401;
  /** 401 `scope_not_authorized` or 400 `scope_permission_missed` for a user field whose scope was not granted. */
  readonly ungrantedFieldStatus: 401 | 400;
  /** Creators who may post in 24 h; null: no cap. An unaudited app never has more than 5. */
  readonly activeUserCap: number | null;
  /** No rate limits and no daily caps, for benchmarks. */
  readonly liftLimits: boolean;
  /** `invalid_param` as the posting pages write it, instead of `invalid_params` as it is seen. */
  readonly singularInvalidParam: boolean;
}

export interface SimAccount {
  readonly openId: string;
  readonly unionId: string;
  username: string;
  displayName: string;
  isPrivate: boolean;
  commentDisabled: boolean;
  duetDisabled: boolean;
  stitchDisabled: boolean;
  maxVideoDurationSec: number;
  /** Posts in 24 h, over all apps. */
  postsPerDay: number;
  /** Code that creator_info and init answer with: a cap or a ban. */
  blockedBy: string | null;
  /** Overrides what follows from the account's privacy. */
  privacyLevelOptions: string[] | null;
  followers: number;
  following: number;
}

export interface Code {
  readonly code: string;
  readonly openId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly codeChallenge: string | null;
  readonly expiresAt: number;
  used: boolean;
}

export interface Grant {
  readonly openId: string;
  readonly scopes: readonly string[];
  accessToken: string;
  accessExpiresAt: number;
  refreshToken: string;
  refreshExpiresAt: number;
  /** Access tokens from before a refresh. */
  readonly formerAccess: { readonly token: string; readonly expiresAt: number }[];
  revoked: boolean;
}

/** One PUT that reached an upload, whatever came of it; -1 where it had no readable Content-Range. */
export interface ChunkPut {
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly httpStatus: number;
  readonly at: number;
}

export interface Upload {
  readonly publishId: string;
  readonly uploadId: string;
  readonly uploadToken: string;
  readonly openId: string;
  readonly postInfo: Record<string, unknown>;
  readonly sizeBytes: number;
  readonly chunkBytes: number;
  readonly chunkCount: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  acknowledgedBytes: number;
  readonly puts: ChunkPut[];
  status: "PROCESSING_UPLOAD" | "PUBLISH_COMPLETE" | "FAILED";
  failReason: string | null;
  finishedAt: number | null;
  /** Reads of the final status so far. */
  reads: number;
  /** Reads before the final status may show, and then before the public id does. */
  lagReads: number;
}

/** What is visible on the platform, or will be: entered when the last byte has arrived. */
export interface SimPost {
  readonly publishId: string;
  readonly openId: string;
  readonly username: string;
  readonly title: string;
  privacyLevel: string;
  /** As it was sent; the platform itself switches off what the creator has disabled. */
  readonly postInfo: Record<string, unknown>;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly filePath: string;
  readonly createdAt: number;
  postId: string | null;
  permalink: string | null;
  status: "processing" | "posted" | "failed";
  failReason: string | null;
}

export interface Call {
  readonly at: number;
  /** An `Endpoint`, or `not_found`. */
  readonly endpoint: string;
  readonly openId: string | null;
  /** 0 when the connection was cut without an answer. */
  readonly httpStatus: number;
  readonly code: string | null;
  /** The caller did not get this answer whole. */
  readonly dropped: boolean;
}

export interface Settings {
  /** Status reads before a finished post shows as finished. */
  statusLag: number;
  processingTakesMs: number;
  /** `fail_reason` of the next post whose bytes arrive; used once. */
  reject: string | null;
  stuckForever: boolean;
  /** A status word that the documentation does not know, while processing. */
  unknownStatus: string | null;
  /** Reads of a complete public post with the id absent, then again as many with `[]`, before it is there. */
  publicIdAfterReads: number;
}
