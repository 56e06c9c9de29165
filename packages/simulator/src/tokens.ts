import type { Random } from "./random.ts";
import type { Code, Grant } from "./world-types.ts";

/** Seconds. nov2026: the official pages since 2026-11-02; legacy: before. Both read 2026-11-22. */
export const lifetimes = {
  nov2026: { accessSec: 7_200, refreshSec: 15_552_000, rotates: true },
  legacy: { accessSec: 86_400, refreshSec: 31_536_000, rotates: false },
} as const;
export type Profile = keyof typeof lifetimes;
/** Seconds, instead of the profile's: what the platform says and does, only faster. */
export interface Lives {
  readonly accessSec: number;
  readonly refreshSec: number;
}

const codeLifeMs = 5 * 60_000;

export interface Minted {
  readonly openId: string;
  readonly scope: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
  readonly refreshExpiresIn: number;
}

/** Codes and tokens: what was handed out, what still opens a door, and how often somebody came with a dead one. */
export class Tokens {
  readonly grants: Grant[] = [];
  readonly codes = new Map<string, Code>();
  /** Every access and refresh token that was ever handed out. */
  readonly issued: string[] = [];
  rotations = 0;
  oldTokenUses = 0;
  /** Of those, by somebody who had been given the next token. */
  oldTokenUsesAfterAnswer = 0;
  lostAnswers = 0;
  /** False: a rotation ends the access token as well, which is the harder case. Not documented either way. */
  accessOutlivesRotation = false;
  /** Refresh tokens that were used up, and whether the answer with the next one arrived. */
  readonly #retired = new Map<string, { answered: boolean }>();
  readonly #profile: Profile;
  readonly #lives: Lives;
  readonly #now: () => number;
  readonly #random: Random;

  constructor(options: { profile: Profile; lives?: Lives | undefined; now: () => number; random: Random }) {
    this.#profile = options.profile;
    this.#lives = options.lives ?? lifetimes[options.profile];
    this.#now = options.now;
    this.#random = options.random;
  }

  mint(openId: string, scopes: readonly string[]): Minted {
    const life = this.#lives;
    const grant: Grant = {
      openId,
      scopes,
      accessToken: this.#newToken("act"),
      accessExpiresAt: this.#now() + life.accessSec * 1000,
      refreshToken: this.#newToken("rft"),
      refreshExpiresAt: this.#now() + life.refreshSec * 1000,
      formerAccess: [],
      revoked: false,
    };
    this.grants.push(grant);
    return this.#minted(grant);
  }

  restore(grants: readonly Grant[]): void {
    this.grants.push(...grants.map((grant) => ({ ...grant, formerAccess: grant.formerAccess ?? [] })));
  }

  /** The grant that an access token opens now. */
  open(accessToken: string): Grant | null {
    const grant = this.grantOf(accessToken);
    if (!grant || grant.revoked) return null;
    if (grant.accessToken === accessToken) return grant.accessExpiresAt > this.#now() ? grant : null;
    const former = grant.formerAccess.find((other) => other.token === accessToken);
    return this.accessOutlivesRotation && former !== undefined && former.expiresAt > this.#now() ? grant : null;
  }

  /** The grant that an access token belongs to, alive or not. */
  grantOf(accessToken: string): Grant | null {
    const found = this.grants.find(
      (grant) => grant.accessToken === accessToken || grant.formerAccess.some((former) => former.token === accessToken),
    );
    return found ?? null;
  }

  ownerOfRefreshToken(refreshToken: string): string | null {
    return this.grants.find((grant) => grant.refreshToken === refreshToken)?.openId ?? null;
  }

  /** New tokens for the latest refresh token; null for any other. Legacy keeps the refresh token as it is. */
  rotate(refreshToken: string): Minted | null {
    const grant = this.grants.find((other) => other.refreshToken === refreshToken);
    if (!grant || grant.revoked || grant.refreshExpiresAt <= this.#now()) {
      const retired = this.#retired.get(refreshToken);
      if (retired) this.oldTokenUses += 1;
      if (retired?.answered) this.oldTokenUsesAfterAnswer += 1;
      return null;
    }
    const life = this.#lives;
    grant.formerAccess.push({ token: grant.accessToken, expiresAt: grant.accessExpiresAt });
    grant.accessToken = this.#newToken("act");
    grant.accessExpiresAt = this.#now() + life.accessSec * 1000;
    if (lifetimes[this.#profile].rotates) {
      this.#retired.set(grant.refreshToken, { answered: true });
      grant.refreshToken = this.#newToken("rft");
      grant.refreshExpiresAt = this.#now() + life.refreshSec * 1000;
    }
    this.rotations += 1;
    return this.#minted(grant);
  }

  /** The answer to this refresh token did not arrive. */
  loseAnswer(refreshToken: string): void {
    this.lostAnswers += 1;
    const retired = this.#retired.get(refreshToken);
    if (retired) retired.answered = false;
  }

  revoke(openId: string): void {
    for (const grant of this.grants) if (grant.openId === openId) grant.revoked = true;
  }

  expireAccess(openId?: string): void {
    for (const grant of this.grants) {
      if (openId !== undefined && grant.openId !== openId) continue;
      grant.accessExpiresAt = 0;
      grant.formerAccess.length = 0;
    }
  }

  /** Codes hold characters that must be percent-encoded once, and decoded once. */
  newCode(code: Omit<Code, "code" | "expiresAt" | "used">): string {
    const text = `${this.#random.text(40)}*${this.#random.digits(1)}!${this.#random.digits(4)}`;
    this.codes.set(text, { ...code, code: text, expiresAt: this.#now() + codeLifeMs, used: false });
    return text;
  }

  /** The code as long as it can still be exchanged. */
  usableCode(text: string): Code | null {
    const code = this.codes.get(text);
    return code && !code.used && code.expiresAt > this.#now() ? code : null;
  }

  counts() {
    const { rotations, oldTokenUses, oldTokenUsesAfterAnswer, lostAnswers } = this;
    return { rotations, oldTokenUses, oldTokenUsesAfterAnswer, lostAnswers };
  }

  #minted(grant: Grant): Minted {
    return {
      openId: grant.openId,
      scope: grant.scopes.join(","),
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken,
      expiresIn: this.#lives.accessSec,
      refreshExpiresIn: Math.floor((grant.refreshExpiresAt - this.#now()) / 1000),
    };
  }

  #newToken(prefix: "act" | "rft"): string {
    const token = `${prefix}.${this.#random.text(48)}!${this.#random.digits(4)}`;
    this.issued.push(token);
    return token;
  }
}
