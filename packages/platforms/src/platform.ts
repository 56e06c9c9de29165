import type { Failure } from "@reelay/domain";
import type { Readable } from "node:stream";

export type Lane = "advance" | "check";

/** What a publication asks of the platform: frozen input, stored progress and the clock; all a pure decision needs. */
export interface PublicationFacts {
  readonly type: "tiktok_video";
  readonly caption: string;
  /** As stored by the API; the adapter parses it with its own schema. */
  readonly options: unknown;
  readonly media: { readonly sizeBytes: number; readonly contentType: string; readonly durationMs: number };
  /** The adapter's own JSON from earlier steps; null before the first. Parsed by the adapter. */
  readonly checkpoint: unknown;
  readonly intent: Intent | null;
  readonly initCount: number;
  /** Handle of the connected account (`creator_username`), for permalinks; null while unknown. */
  readonly accountHandle: string | null;
  /** Measured upload rate of this installation; null while unknown. */
  readonly uploadBytesPerSecond: number | null;
  /** The platform has said that something happened: it is asked now, whatever was planned. */
  readonly woken?: boolean;
  /** Postgres time. */
  readonly now: Date;
}

/** Saved before an irrevocable call, so that whoever finds it asks the platform instead of sending again. */
export interface Intent {
  readonly step: string;
  /** The platform's handle the call commits (TikTok publish_id). */
  readonly handle: string;
  readonly sentAt: Date;
  /** When the call must have ended, one way or the other. */
  readonly answerBy: Date;
  /** What earlier reconcile reads saw; adapter-owned. */
  readonly seen: unknown;
}

export type Step =
  | {
      readonly effect: "read" | "repeatable" | "irrevocable";
      readonly name: string;
      readonly lane: Lane;
      /** Budget taken immediately before the call; null when the platform documents no limit. */
      readonly endpoint: string | null;
      readonly timeoutMs: number;
      /** The handle an irrevocable step commits. */
      readonly handle?: string;
      /** True when the step counts against `initCount` (at most 3). */
      readonly countsAsInit?: boolean;
      /** Adapter-owned arguments of `perform`. */
      readonly input: unknown;
    }
  /** `untilMs` is a span from now. A step or wait of the other lane hands the row over to it (next_at, lane, reason). */
  | {
      readonly effect: "wait";
      readonly lane: Lane;
      readonly untilMs: number;
      readonly why: "asking_platform" | "backoff";
    }
  | {
      readonly effect: "done";
      readonly status: "published" | "delivered";
      readonly result: PlatformResult;
      readonly lookAgainMs: number | null;
    }
  /** `needs_review`: sent, asked for as long as it makes sense, and still no answer. */
  | { readonly effect: "done"; readonly status: "failed" | "needs_review"; readonly failure: Failure };

export type CallStep = Extract<Step, { effect: "read" | "repeatable" | "irrevocable" }>;

export interface PlatformResult {
  readonly platformPostId: string | null;
  readonly permalink: string | null;
}

/** What a call may use: a token, the bytes, and the wire's own deadline. */
export interface Access {
  readonly accessToken: string;
  /** Bytes `start`..`end` (inclusive) of the file to publish, in pieces that are each good only until the next is asked for. */
  readonly openBytes: (start: number, end: number) => AsyncIterable<Buffer>;
  /** Called while a body is streamed, with the bytes of this call sent so far. Throws to stop the call. */
  readonly onBytesSent: (bytes: number) => void;
}

export type StepResult =
  /** The platform answered; `checkpoint` replaces the stored one. `bytesSent` = bytes acknowledged so far. */
  | {
      readonly outcome: "advanced";
      readonly checkpoint: unknown;
      readonly bytesAcknowledged?: number;
      /** What the platform's webhooks will call this upload, when the step has learnt it. */
      readonly handle?: string;
      readonly journal: Journal;
    }
  /** A definite refusal of an irrevocable step: the platform's own answer, from the closed list, that nothing happened. */
  | { readonly outcome: "refused"; readonly failure: Failure; readonly checkpoint: unknown; readonly journal: Journal };
// Everything else is thrown as a Failure; on an irrevocable step a throw means "in doubt".

/** Redacted answer kept in the journal. */
export interface Journal {
  readonly httpStatus: number;
  readonly platformCode: string | null;
  readonly platformLogId: string | null;
}

export type Verdict =
  | { readonly verdict: "happened"; readonly checkpoint: unknown; readonly result: PlatformResult | null }
  /** The handle may be used again (`checkpoint` says from where), or is dead. */
  | { readonly verdict: "did_not_happen"; readonly checkpoint: unknown; readonly failure: Failure | null }
  /** Ask again after `askAgainMs`, with `seen` stored in the intent. */
  | { readonly verdict: "unknown"; readonly seen: unknown; readonly askAgainMs: number };

export interface Grant {
  readonly externalId: string;
  readonly scopes: readonly string[];
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessExpiresInMs: number;
  readonly refreshExpiresInMs: number;
}

export interface CreatorOptions {
  readonly handle: string;
  readonly displayName: string;
  readonly avatarUrl: string | null;
  readonly privacyLevels: readonly string[];
  readonly commentDisabled: boolean;
  readonly duetDisabled: boolean;
  readonly stitchDisabled: boolean;
  readonly maxVideoDurationMs: number;
}

/** What the platform tells of an account; null: unknown, or not granted. */
export interface AccountProfile {
  readonly externalId: string;
  readonly handle: string | null;
  readonly displayName: string | null;
  readonly avatarUrl: string | null;
  readonly followers: bigint | null;
  readonly following: bigint | null;
  readonly likes: bigint | null;
  readonly posts: bigint | null;
}

/** A post as the platform lists it; figures that it does not tell are null. */
export interface MediaItem {
  readonly platformPostId: string;
  readonly type: "video";
  /** May be cut by the platform. */
  readonly caption: string;
  readonly permalink: string | null;
  /** Good for hours only. */
  readonly coverUrl: string | null;
  readonly durationMs: number | null;
  readonly views: bigint | null;
  readonly likes: bigint | null;
  readonly comments: bigint | null;
  readonly shares: bigint | null;
  readonly publishedAt: Date;
}

export interface MediaPage {
  /** Newest first. */
  readonly items: readonly MediaItem[];
  /** Null after the last page. */
  readonly nextCursor: string | null;
}

export interface AuthorizeRequest {
  readonly state: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
}

export interface Platforms {
  /** Throws `internal` for a platform that this process was not given. */
  for(name: string): Platform;
}

export interface Platform {
  readonly name: "tiktok";
  nextStep(facts: PublicationFacts): Step;
  /** One call, never a loop, never a retry. */
  perform(step: CallStep, facts: PublicationFacts, access: Access, signal: AbortSignal): Promise<StepResult>;
  /** One read; never without `intent`. `did_not_happen` only from reads after `answerBy` + 30 s (scaled by TIME_SCALE). */
  reconcile(
    intent: Intent,
    facts: PublicationFacts,
    access: Pick<Access, "accessToken">,
    signal: AbortSignal,
  ): Promise<Verdict>;
  authorizeUrl(request: AuthorizeRequest): string;
  exchangeCode(code: string, request: AuthorizeRequest, signal: AbortSignal): Promise<Grant>;
  refresh(refreshToken: string, signal: AbortSignal): Promise<Grant>;
  revoke(accessToken: string, signal: AbortSignal): Promise<void>;
  creatorOptions(accessToken: string, signal: AbortSignal): Promise<CreatorOptions>;
  /** One call; asks for what the granted scopes show. */
  profile(accessToken: string, scopes: readonly string[], signal: AbortSignal): Promise<AccountProfile>;
  /** One page by one call. Throws `platform_contract_broken` for a cursor that does not lead on. */
  listMedia(accessToken: string, cursor: string | null, signal: AbortSignal): Promise<MediaPage>;
  /** The bytes of a cover that `listMedia` named; see `openPicture` for what is refused. */
  openCover(coverUrl: string, signal: AbortSignal): Promise<Readable>;
}
