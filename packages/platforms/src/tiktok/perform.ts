import { Failure } from "@reelay/domain";
import type { StepResult } from "../platform.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { readCreatorInfo } from "./creator.ts";
import { advanced, type PerformCall } from "./perform-call.ts";
import { askOffset, beginUpload, sendChunk, sendLastChunk } from "./perform-upload.ts";
import type { TiktokStepName } from "./publish.ts";
import { afterStatus } from "./stages.ts";
import { readStatus } from "./status.ts";

/** Does the one call of a step and says what is known then. */
export async function perform(call: PerformCall): Promise<StepResult> {
  const name = call.step.name as TiktokStepName;
  switch (name) {
    case "creator_info":
      return await checkCreator(call);
    case "video_init":
      return await beginUpload(call);
    case "upload_chunk":
      return await sendChunk(call);
    case "upload_last_chunk":
      return await sendLastChunk(call);
    case "upload_offset":
      return await askOffset(call);
    case "publish_status":
      return await askStatus(call);
    default:
      throw new Failure("internal", { internal: `TikTok has no step ${String(name satisfies never)}` });
  }
}

async function checkCreator({ connection, facts, access, signal }: PerformCall): Promise<StepResult> {
  const { options, journal } = await readCreatorInfo(connection, access.accessToken, signal);
  const { displayName: _, avatarUrl: __, privacyLevels, ...settings } = options;
  const creator = { ...settings, privacyLevels: [...privacyLevels], checkedAt: facts.now.toISOString() };
  return advanced({ stage: "creator_checked", creator }, journal);
}

async function askStatus({ connection, facts, access, signal }: PerformCall): Promise<StepResult> {
  const checkpoint = parseCheckpoint(facts.checkpoint);
  if (checkpoint?.stage !== "processing" && checkpoint?.stage !== "published") {
    throw new Failure("internal", { internal: `nothing to ask TikTok at ${checkpoint?.stage ?? "the beginning"}` });
  }
  const { data, journal } = await readStatus(connection, checkpoint.publishId, access.accessToken, signal);
  return advanced(afterStatus(checkpoint, data, { now: facts.now, times: connection.times }), journal);
}
