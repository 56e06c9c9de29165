import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { ApiClient } from "../../api/api-client.ts";
import { uploadFile } from "../../api/upload-file.ts";
import type { Progress } from "../../start/progress.ts";
import { CommandStop, exitCodes } from "../command.ts";

const lookEveryMs = 250;
const mediaShape = z.object({
  id: z.string(),
  state: z.string(),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
});

/** Uploads the file and waits until it was looked at; throws what is wrong with it. Answers the media's id. */
export async function uploadMedia(api: ApiClient, file: string, progress: Progress): Promise<string> {
  progress.at("upload", 0);
  let media = await uploadFile(api, file, mediaShape, (sent, total) => {
    // Sent is not taken: the answer makes it whole.
    progress.at("upload", Math.min(0.99, sent / total), `${mebibytes(sent)} of ${mebibytes(total)} MiB`);
  });
  progress.at("upload", 1);
  progress.at("probe", 0);
  while (media.state === "probing") {
    await setTimeout(lookEveryMs, undefined, { signal: api.signal });
    media = await api.call(`/api/media/${media.id}`, mediaShape);
  }
  if (media.state === "ready") {
    progress.at("probe", 1);
    return media.id;
  }
  const { code = media.state, message = "This file cannot be posted." } = media.failure ?? {};
  throw new CommandStop(exitCodes.refused, `${message} (${code})`);
}

const mebibytes = (bytes: number) => (bytes / 1_048_576).toFixed(1);
