import { createProgress } from "./progress.ts";
import { connectAccount } from "./demo/connect-account.ts";
import { createApiClient } from "../api/api-client.ts";
import { loadDemoRecord } from "./demo/demo-record.ts";
import { makePicture } from "./demo/make-picture.ts";
import { publishPicture, uploadPicture } from "./demo/publish-picture.ts";
import type { Stack } from "./stack.ts";

export interface DemoOptions {
  readonly directory: string;
  readonly stack: Stack;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const limitMs = 180_000;

/**
 * The main job once, through the public API alone: picture → account → upload → conversion → chunks → post. What was
 * done is kept, so that a start after a broken one goes on, and never makes a second post.
 */
export async function runDemo({ directory, stack, say, signal: ends }: DemoOptions): Promise<void> {
  const record = loadDemoRecord(directory);
  if (record.read().permalink !== undefined) return;
  say("\nThe main job, once, against the simulator:");
  const signal = AbortSignal.any([ends, AbortSignal.timeout(limitMs)]);
  const api = createApiClient({ baseUrl: stack.urls.api, apiKey: stack.apiKey, signal });
  const progress = createProgress(
    ["prepare", "connect", "upload", "convert", "send chunks", "publish"],
    process.stdout.isTTY,
    say,
  );
  try {
    progress.at("prepare", 0);
    const picture = await makePicture();
    progress.at("prepare", 1, `${Math.round(picture.length / 1024)} KiB JPEG`);
    progress.at("connect", 0);
    const account = await connectAccount(api, signal);
    progress.at("connect", 1, account.handle ?? "");
    const mediaId = await uploadPicture({ api, record, picture, progress });
    const permalink = await publishPicture({ api, record, mediaId, accountId: account.id, progress });
    progress.stop();
    const address = permalink ?? stack.urls.simulator ?? "";
    record.write({ permalink: address });
    say(`\nPublished: ${address}`);
  } catch (error) {
    progress.stop();
    if (ends.aborted) return;
    say(`\nThe first post is not published yet: ${error instanceof Error ? error.message : String(error)}`);
    say("The next `npm start` goes on where this one ended.");
  }
}
