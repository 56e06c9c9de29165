import { EventEmitter } from "node:events";
import { PageReads } from "./page-reads.ts";
import { createRandom, type Random } from "./random.ts";
import { RateLimits } from "./rate-limits.ts";
import { Faults, type FaultInput } from "./scenario.ts";
import { Videos } from "./videos.ts";
import { Tokens, type Lives, type Minted, type Profile } from "./tokens.ts";
import { isPublic, publicityOf } from "./post-events.ts";
import { Webhooks } from "./webhooks.ts";
import type { AppRegistration, Call, Grant, Settings, SimAccount, SimPost, Upload } from "./world-types.ts";

export interface WorldOptions {
  readonly now: () => number;
  readonly profile: Profile;
  readonly lives?: Lives | undefined;
  readonly seed: number;
  readonly app: AppRegistration;
  readonly directory: string;
}

/** `reason` of authorization.removed. https://developers.tiktok.com/doc/webhooks-events, read 2026-11-22. */
export const revokedBy = { creator: 1, developer: 5 } as const;

/** The state of the pretended platform, and what tests may do with it. */
export class World {
  readonly accounts = new Map<string, SimAccount>();
  readonly uploads = new Map<string, Upload>();
  readonly posts: SimPost[] = [];
  readonly calls: Call[] = [];
  readonly faults = new Faults();
  readonly limits = new RateLimits();
  readonly tokens: Tokens;
  readonly videos: Videos;
  readonly pageReads = new PageReads();
  readonly webhooks: Webhooks;
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
  readonly now: () => number;
  readonly random: Random;
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #held: (() => void)[] = [];

  constructor(options: WorldOptions) {
    this.app = options.app;
    this.now = options.now;
    this.directory = options.directory;
    this.random = createRandom(options.seed);
    this.webhooks = new Webhooks({ now: options.now, app: () => this.app, changed: () => this.changed() });
    this.videos = new Videos(createRandom(options.seed + 1));
    this.tokens = new Tokens({ profile: options.profile, lives: options.lives, now: options.now, random: this.random });
  }

  get grants(): readonly Grant[] {
    return this.tokens.grants;
  }

  /** Every access and refresh token that was ever handed out. */
  get issuedTokens(): readonly string[] {
    return this.tokens.issued;
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
      postsPerDay: 15,
      blockedBy: null,
      privacyLevelOptions: null,
      followers: 0,
      following: 0,
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
  grant(openId: string, scopes: readonly string[] = this.app.scopes): Minted {
    const minted = this.tokens.mint(openId, scopes);
    this.changed();
    return minted;
  }

  /** A code as the authorize page would hand out. */
  authorizeCode(
    openId: string,
    request: { redirectUri: string; scopes?: readonly string[]; codeChallenge?: string | null },
  ): string {
    const { redirectUri, scopes = this.app.scopes, codeChallenge = null } = request;
    const code = this.tokens.newCode({ openId, scopes, redirectUri, codeChallenge });
    this.changed();
    return code;
  }

  /** The creator withdraws the app's permission. */
  revoke(openId: string, reason: number = revokedBy.creator): void {
    this.tokens.revoke(openId);
    this.webhooks.tell({ event: "authorization.removed", openId, content: { reason } });
    this.changed();
  }

  /** The creator lets others see a post, or does not any more. */
  setPrivacy(publishId: string, privacyLevel: string): void {
    const post = this.posts.find((other) => other.publishId === publishId);
    if (!post || post.postId === null) throw new Error(`there is no post of ${publishId}`);
    const wasPublic = isPublic(post);
    post.privacyLevel = privacyLevel;
    const video = this.videos.find(post.postId);
    if (video) video.isPublic = isPublic(post);
    if (isPublic(post) !== wasPublic) this.webhooks.tell(publicityOf(post));
    this.changed();
  }

  /** Every access token dies an early death; refresh tokens live on. */
  expireAccessTokens(openId?: string): void {
    this.tokens.expireAccess(openId);
    this.changed();
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
        try {
          if (predicate(this)) end(resolve);
        } catch (error) {
          end(() => reject(error as Error));
        }
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`the simulator's world did not get there within ${timeoutMs} ms`))),
        timeoutMs,
      );
      this.#changes.on("change", look);
    });
  }
}
