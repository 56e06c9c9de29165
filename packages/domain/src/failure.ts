import type { FailureSpec, WhoActs } from "./failures/failure-spec.ts";
import { connectingFailures } from "./failures/connecting.ts";
import { mediaFailures } from "./failures/media.ts";
import { ownFailures } from "./failures/own.ts";
import { platformFailures } from "./failures/platform.ts";
import { postRuleFailures } from "./failures/post-rules.ts";
import { publishingFailures } from "./failures/publishing.ts";
import { requestFailures } from "./failures/requests.ts";

/** Every failure by its code. */
export const failures = {
  ...requestFailures,
  ...connectingFailures,
  ...mediaFailures,
  ...postRuleFailures,
  ...publishingFailures,
  ...platformFailures,
  ...ownFailures,
} as const satisfies Record<string, FailureSpec>;

export type FailureCode = keyof typeof failures;

/** The next step for whoever has to act; null where the sentence itself says it. */
export function hintOf(code: FailureCode, language: "en" | "fr"): string | null {
  const spec: FailureSpec = failures[code];
  return spec.hint?.[language] ?? null;
}

export interface FailureDetails {
  /** For logs and operators; never shown to creators, never holds a token. */
  readonly internal?: string;
  readonly retryAfterMs?: number;
  /** The platform's own code and log id, as answered. */
  readonly platformCode?: string;
  readonly platformLogId?: string;
  readonly httpStatus?: number;
  /** What a refusal of this kind says about others: hold them too, for as long. */
  readonly holdFor?: { readonly scope: "app" | "feature" | "account"; readonly forMs: number };
  /** The request certainly never reached the other side. */
  readonly neverSent?: boolean;
  /** Fields of the request at fault (RFC 9457 extension `errors`). */
  readonly errors?: readonly FieldProblem[];
  readonly cause?: unknown;
}

export interface FieldProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A classified failure: its code decides who acts and which public text is shown. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, details: FailureDetails = {}) {
    super(
      details.internal ?? failures[code].public.en,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = "Failure";
    this.code = code;
    this.details = details;
  }

  get who(): WhoActs {
    return failures[this.code].who;
  }
}
