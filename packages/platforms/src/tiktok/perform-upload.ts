import { Failure, planChunks, tiktokLimits, type Chunk } from "@reelay/domain";
import type { PublicationFacts, StepResult } from "../platform.ts";
import { boundaryOf, checkpointAt, type CheckpointAt, type Upload } from "./checkpoint.ts";
import { advanced, type Advanced, type PerformCall } from "./perform-call.ts";
import { failedFrom, processingFrom, restartNow } from "./stages.ts";
import { readStatus } from "./status.ts";
import {
  initTikTokVideoUpload,
  publishTikTokVideo,
  uploadTikTokVideoBytes,
  type ChunkAnswer,
  type ChunkCall,
} from "./upload.ts";
import { videoInitBody } from "./video-init-body.ts";

/** A 416 says that our offset is wrong; after this many the upload is given up. */
const maxCorrections = 3;

export async function beginUpload({ connection, facts, access, signal }: PerformCall): Promise<StepResult> {
  const { creator } = checkpointAt(facts.checkpoint, "creator_checked");
  const plan = planChunks(facts.media.sizeBytes);
  const body = videoInitBody(facts, creator, plan);
  const { journal, ...begun } = await initTikTokVideoUpload(connection, { ...access, body }, signal);
  const expiresAt = new Date(facts.now.getTime() + tiktokLimits.uploadUrlLifeMs).toISOString();
  const upload: Upload = { ...begun, expiresAt, plan, acknowledgedBytes: 0, corrections: 0, offset: "known" };
  const { publishId: handle } = upload;
  return { ...advanced({ stage: "uploading", creator, upload }, journal), bytesAcknowledged: 0, handle };
}

export async function sendChunk(call: PerformCall): Promise<StepResult> {
  const { facts, connection, signal } = call;
  const checkpoint = checkpointAt(facts.checkpoint, "uploading");
  const chunk = call.step.input as Chunk;
  const answer = await uploadTikTokVideoBytes(connection, chunkCall(call, checkpoint.upload, chunk), signal);
  switch (answer.status) {
    case 200:
    case 201:
    case 206:
      return atOffset(checkpoint, { acknowledgedBytes: chunk.last + 1 }, answer.journal);
    case 403:
    case 404:
      return advanced(restartNow("upload_expired", facts), answer.journal);
    case 416:
      return corrected(checkpoint, answer, facts);
    default:
      throw refusedChunk(answer);
  }
}

/** The only definite refusal is 400: TikTok did not take the chunk. Everything else that is no success is asked about. */
export async function sendLastChunk(call: PerformCall): Promise<StepResult> {
  const { facts, connection, signal } = call;
  const { creator, upload } = checkpointAt(facts.checkpoint, "uploading");
  const answer = await publishTikTokVideo(connection, chunkCall(call, upload, call.step.input as Chunk), signal);
  const { journal } = answer;
  if (answer.status === 400) {
    return { outcome: "refused", failure: refusedChunk(answer), checkpoint: facts.checkpoint, journal };
  }
  // 206 would mean that TikTok wants more, but there is no more: our own count of the bytes decides.
  if (![200, 201, 206].includes(answer.status)) throw refusedChunk(answer);
  const handle = { creator, publishId: upload.publishId };
  const checkpoint = processingFrom(handle, { now: facts.now, times: connection.times });
  return { ...advanced(checkpoint, journal), bytesAcknowledged: upload.plan.sizeBytes };
}

export async function askOffset({ connection, facts, access, signal }: PerformCall): Promise<StepResult> {
  const checkpoint = checkpointAt(facts.checkpoint, "uploading");
  const { publishId, plan } = checkpoint.upload;
  const { data, journal } = await readStatus(connection, publishId, access.accessToken, signal);
  if (data.status === "FAILED") {
    return advanced(failedFrom(publishId, data, { now: facts.now, times: connection.times }), journal);
  }
  const boundary = data.uploaded_bytes === undefined ? null : boundaryOf(plan, data.uploaded_bytes);
  return boundary === null
    ? advanced(restartNow("upload_expired", facts), journal)
    : atOffset(checkpoint, { acknowledgedBytes: boundary, offset: "known" }, journal);
}

/** Our offset is wrong. TikTok says where it stands, or must be asked; a contradiction without end is a dead upload. */
function corrected(checkpoint: CheckpointAt<"uploading">, answer: ChunkAnswer, facts: PublicationFacts): StepResult {
  const { upload } = checkpoint;
  if (upload.corrections >= maxCorrections) return advanced(restartNow("upload_expired", facts), answer.journal);
  const corrections = upload.corrections + 1;
  const boundary = answer.reported === null ? null : boundaryOf(upload.plan, answer.reported);
  return boundary === null
    ? atOffset(checkpoint, { corrections, offset: "doubted" }, answer.journal)
    : atOffset(checkpoint, { corrections, acknowledgedBytes: boundary }, answer.journal);
}

function chunkCall({ step, facts, access }: PerformCall, upload: Upload, chunk: Chunk): ChunkCall {
  const { sizeBytes } = upload.plan;
  const { contentType } = facts.media;
  return { uploadUrl: upload.uploadUrl, chunk, sizeBytes, contentType, access, timeoutMs: step.timeoutMs };
}

const chunkFailures = {
  400: "platform_refused_request",
  403: "upload_expired",
  404: "upload_expired",
  429: "platform_rate_limited",
} as const;

function refusedChunk({ status }: ChunkAnswer): Failure {
  const code = chunkFailures[status as keyof typeof chunkFailures] ?? "platform_error";
  return new Failure(code, { httpStatus: status, internal: `the upload host answered ${status} to a chunk` });
}

function atOffset(
  checkpoint: CheckpointAt<"uploading">,
  change: Partial<Upload>,
  journal: StepResult["journal"],
): Advanced {
  const upload = { ...checkpoint.upload, ...change };
  return { ...advanced({ ...checkpoint, upload }, journal), bytesAcknowledged: upload.acknowledgedBytes };
}
