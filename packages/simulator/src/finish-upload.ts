import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { filePathOf } from "./file-path.ts";
import { checkMedia } from "./media-check.ts";
import type { World } from "./world.ts";
import type { SimPost, Upload } from "./world-types.ts";

export interface FinishOptions {
  /** Null: nothing is checked. */
  readonly ffprobePath: string | null;
  readonly wwwUrl: () => string;
  readonly onWork: (work: Promise<void>) => void;
}

/** What happens once the last byte is there: the post is entered at once; whether it lives is known after processing. */
export function createFinishUpload(world: World, options: FinishOptions): (upload: Upload) => Promise<void> {
  return async (upload) => {
    const filePath = filePathOf(world, upload);
    const sha256 = await digestOf(filePath);
    await writeFile(`${filePath}.sha256`, `${sha256}\n`);
    const post: SimPost = {
      publishId: upload.publishId,
      openId: upload.openId,
      username: world.accounts.get(upload.openId)?.username ?? "unknown",
      title: textOf(upload.postInfo["title"]),
      privacyLevel: textOf(upload.postInfo["privacy_level"]),
      postInfo: upload.postInfo,
      sizeBytes: upload.sizeBytes,
      sha256,
      filePath,
      createdAt: world.now(),
      postId: null,
      permalink: null,
      status: "processing",
      failReason: null,
    };
    world.posts.push(post);
    upload.lagReads = world.settings.statusLag;
    upload.finishedAt = world.now();
    const rejected = world.settings.reject;
    world.settings.reject = null;
    options.onWork(process(world, upload, post, rejected, options));
  };
}

async function process(
  world: World,
  upload: Upload,
  post: SimPost,
  rejected: string | null,
  options: FinishOptions,
): Promise<void> {
  const account = world.accounts.get(upload.openId);
  const checked =
    rejected ??
    (options.ffprobePath === null
      ? null
      : await checkMedia(post.filePath, options.ffprobePath, account?.maxVideoDurationSec ?? 600));
  upload.failReason = checked;
  upload.status = checked === null ? "PUBLISH_COMPLETE" : "FAILED";
  post.failReason = checked;
  post.status = checked === null ? "posted" : "failed";
  if (checked === null) {
    // 19 digits, above 2^53: whoever rounds them is noticed.
    post.postId = `7${world.random.digits(18)}`;
    post.permalink = `${options.wwwUrl()}/@${post.username}/video/${post.postId}`;
  }
  world.changed();
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
