import { EventEmitter } from "node:events";
import { createRandom, type Random } from "./random.ts";
import { RateLimits } from "./rate-limits.ts";
import { Faults, type FaultInput } from "./scenario.ts";
import type { AppRegistration, Call, Grant, Settings, SimAccount, SimPost, Upload } from "./world-types.ts";

export interface Code {
  readonly code: string;
  readonly openId: string;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly codeChallenge: string | null;
  readonly expiresAt: number;
  used: boolean;
}

export interface WorldOptions {
  readonly now: () => number;
  readonly profile: "nov2026" | "legacy";
  readonly seed: number;
  readonly app: AppRegistration;
  readonly directory: string;
}

/** The state of the pretended platform, and what tests may do with it. */
export class World {
  readonly accounts = new Map<string, SimAccount>();
  readonly grants: Grant[] = [];
  readonly codes = new Map<string, Code>();
  readonly uploads = new Map<string, Upload>();
  readonly posts: SimPost[] = [];
  readonly calls: Call[] = [];
  readonly faults = new Faults();
  readonly limits = new RateLimits();
  readonly tokens = { rotations: 0, oldTokenUses: 0, lostAnswers: 0 };
  /** Every access and refresh token that was ever handed out. */
  readonly issuedTokens: string[] = [];
  readonly settings: Settings = {
    statusLag: 0,
    processingTakesMs: 0,
    reject: null,
    stuckForever: false,
    unknownStatus: null,
    publicIdAfterReads: 0,
  };
  app: AppRegistration;
  /** Calls over a limit, and chunks that break the rules. */
  violations = 0;
  readonly directory: string;
  readonly profile: "nov2026" | "legacy";
  readonly now: () => number;
  readonly random: Random;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #held: (() => void)[] = [];

  constructor(options: WorldOptions) {
    this.app = options.app;
    this.now = options.now;
    this.profile = options.profile;
    this.directory = options.directory;
    this.random = createRandom(options.seed);
  }

  addAccount(account: Partial<SimAccount> & { username: string }): SimAccount {
    const added: SimAccount = {
      // Real open ids may begin with a dash.
      openId: `${this.accounts.size % 2 === 0 ? "-" : "_"}000${this.random.text(24)}`,
      unionId: `u${this.random.text(28)}`,
      displayName: account.username,
      isPrivate: false,
      commentDisabled: false,
      duetDisabled: false,
      stitchDisabled: false,
      maxVideoDurationSec: 600,
      blockedBy: null,
      privacyLevelOptions: null,
      ...account,
    };
    this.accounts.set(added.openId, added);
    this.changed();
    return added;
  }

  addFault(fault: FaultInput): void {
    this.faults.add(fault);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  /** Access and refresh tokens for an account, as if it had just consented. */
  grant(
    openId: string,
    scopes: readonly string[] = this.app.scopes,
  ): {
    openId: string;
    scope: string;
    accessToken: string;
    refreshToken: string;
    expiresIn: number;
    refreshExpiresIn: number;
  } {
    const life = this.lifetimes();
    const grant: Grant = {
      openId,
      scopes,
      clientKey: this.app.clientKey,
      accessToken: this.newToken("act"),
      accessExpiresAt: this.now() + life.accessSec * 1000,
      refreshToken: this.newToken("rft"),
      refreshExpiresAt: this.now() + life.refreshSec * 1000,
      revoked: false,
    };
    this.grants.push(grant);
    this.changed();
    return {
      openId,
      scope: scopes.join(","),
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken,
      expiresIn: life.accessSec,
      refreshExpiresIn: life.refreshSec,
    };
  }

  /** A code as the authorize page would hand out. Codes hold characters that must be percent-encoded. */
  authorizeCode(
    openId: string,
    request: { redirectUri: string; scopes?: readonly string[]; codeChallenge?: string | null },
  ): string {
    const code = `${this.random.text(40)}*${this.random.digits(1)}!${this.random.digits(4)}`;
    this.codes.set(code, {
      code,
      openId,
      scopes: request.scopes ?? this.app.scopes,
      redirectUri: request.redirectUri,
      codeChallenge: request.codeChallenge ?? null,
      expiresAt: this.now() + 5 * 60_000,
      used: false,
    });
    this.changed();
    return code;
  }

  /** The creator withdraws the app's permission. */
  revoke(openId: string): void {
    for (const grant of this.grants) if (grant.openId === openId) grant.revoked = true;
    this.changed();
  }

  /** Every access token dies an early death; refresh tokens live on. */
  expireAccessTokens(openId?: string): void {
    for (const grant of this.grants) if (openId === undefined || grant.openId === openId) grant.accessExpiresAt = 0;
    this.changed();
  }

  lifetimes(): { accessSec: number; refreshSec: number } {
    return this.profile === "nov2026"
      ? { accessSec: 7_200, refreshSec: 15_552_000 }
      : { accessSec: 86_400, refreshSec: 31_536_000 };
  }

  newToken(prefix: "act" | "rft"): string {
    const token = `${prefix}.${this.random.text(48)}!${this.random.digits(4)}`;
    this.issuedTokens.push(token);
    return token;
  }

  record(call: Omit<Call, "at">): void {
    this.calls.push({ ...call, at: this.now() });
    this.changed();
  }

  violate(): void {
    this.violations += 1;
  }

  /** Waits for `release`. */
  async held(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#held.push(resolve);
      this.changed();
    });
  }

  get heldAnswers(): number {
    return this.#held.length;
  }

  /** Lets every held answer go. */
  release(): void {
    const waiting = this.#held;
    this.#held = [];
    for (const resolve of waiting) resolve();
  }

  changed(): void {
    this.#changes.emit("change");
  }

  onChange(listener: () => void): void {
    this.#changes.on("change", listener);
  }

  /** Resolves when `predicate` holds, looked at after every change; rejects after `timeoutMs`. */
  async waitFor(predicate: (world: World) => boolean, timeoutMs: number): Promise<void> {
    if (predicate(this)) return;
    await new Promise<void>((resolve, reject) => {
      const end = (finish: () => void) => {
        clearTimeout(timer);
        this.#changes.off("change", look);
        finish();
      };
      const look = () => {
        if (predicate(this)) end(resolve);
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`the simulator's world did not get there within ${timeoutMs} ms`))),
        timeoutMs,
      );
      this.#changes.on("change", look);
    });
  }
}
