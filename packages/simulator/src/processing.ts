import type { ChunkStore } from "./chunk-store.ts";
import { filePathOf } from "./file-path.ts";
import { checkMedia } from "./media-check.ts";
import { isPublic, outcomeOf, publicityOf } from "./post-events.ts";
import type { World } from "./world.ts";
import type { SimPost, Upload } from "./world-types.ts";

export interface ProcessingOptions {
  readonly chunks: ChunkStore;
  /** Null: every file passes. */
  readonly ffprobePath: string | null;
  readonly wwwUrl: () => string;
}

/** What the platform does once the last byte is there: the post is entered at once, its fate is known later. */
export class Processing {
  readonly #world: World;
  readonly #options: ProcessingOptions;
  readonly #working = new Set<Promise<void>>();

  constructor(world: World, options: ProcessingOptions) {
    this.#world = world;
    this.#options = options;
  }

  /** Enters the post of a whole upload and begins to process it. */
  async begin(upload: Upload): Promise<void> {
    const world = this.#world;
    const sha256 = await this.#options.chunks.digest(upload);
    const post: SimPost = {
      publishId: upload.publishId,
      openId: upload.openId,
      username: world.accounts.get(upload.openId)?.username ?? "unknown",
      title: textOf(upload.postInfo["title"]),
      privacyLevel: textOf(upload.postInfo["privacy_level"]),
      postInfo: upload.postInfo,
      sizeBytes: upload.sizeBytes,
      sha256,
      filePath: filePathOf(world, upload),
      createdAt: world.now(),
      postId: null,
      permalink: null,
      status: "processing",
      failReason: null,
    };
    upload.lagReads = world.settings.statusLag;
    upload.finishedAt = world.now();
    const rejected = world.settings.reject;
    world.settings.reject = null;
    world.posts.push(post);
    world.changed();
    this.#run(upload, post, rejected);
  }

  /** Goes on with what a restart has interrupted. */
  async resume(): Promise<void> {
    for (const upload of this.#world.uploads.values()) {
      if (upload.acknowledgedBytes < upload.sizeBytes || upload.status !== "PROCESSING_UPLOAD") continue;
      const post = this.#world.posts.find((other) => other.publishId === upload.publishId);
      if (post) this.#run(upload, post, null);
      else await this.begin(upload);
    }
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#working);
  }

  #run(upload: Upload, post: SimPost, rejected: string | null): void {
    const work = this.#decide(upload, post, rejected).finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  async #decide(upload: Upload, post: SimPost, rejected: string | null): Promise<void> {
    const failReason = rejected ?? (await this.#check(post));
    if (failReason === null) {
      // 19 digits, above 2^53: whoever rounds them is noticed.
      post.postId = `7${this.#world.random.digits(18)}`;
      post.permalink = `${this.#options.wwwUrl()}/@${post.username}/video/${post.postId}`;
    }
    upload.failReason = failReason;
    upload.status = failReason === null ? "PUBLISH_COMPLETE" : "FAILED";
    post.failReason = failReason;
    post.status = failReason === null ? "posted" : "failed";
    this.#tell(upload, post);
    this.#world.changed();
  }

  /** Not before the status endpoint would say so, too, as far as its clock decides. */
  #tell(upload: Upload, post: SimPost): void {
    const { settings, webhooks, now } = this.#world;
    if (settings.stuckForever) return;
    const at = Math.max(now(), (upload.finishedAt ?? 0) + settings.processingTakesMs);
    webhooks.tell(outcomeOf(post), at);
    if (isPublic(post) && settings.publicIdAfterReads === 0) webhooks.tell(publicityOf(post), at);
  }

  async #check(post: SimPost): Promise<string | null> {
    const { ffprobePath } = this.#options;
    if (ffprobePath === null) return null;
    const { maxVideoDurationSec = 600 } = this.#world.accounts.get(post.openId) ?? {};
    return await checkMedia(post.filePath, ffprobePath, maxVideoDurationSec);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
