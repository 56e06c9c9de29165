/** The life of a grant's tokens, as the platform's last answer gave it (never constants). */
export interface TokenLife {
  readonly accessLifetimeMs: number;
  readonly accessRemainingMs: number;
}

/** A token for publishing must outlive the call: at least this, or the estimated upload if that is longer. */
export const publishTokenLifeMs = 15 * 60_000;

/**
 * Whether to refresh before use. Never earlier than half of the token's own life, so that lives shorter than the need
 * do not lead to a refresh at every call.
 */
export function mustRefresh(life: TokenLife, neededMs: number): boolean {
  return life.accessRemainingMs < Math.min(neededMs, life.accessLifetimeMs / 2);
}

/**
 * Whether the old refresh token may be sent once more after an answer that never came: only when little of the access
 * token's life is left, since the platform may have rotated it and a second use loses the grant for good.
 */
export function mayResendRefresh(life: TokenLife): boolean {
  return life.accessRemainingMs < life.accessLifetimeMs / 4;
}
