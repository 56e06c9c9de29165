import { Failure, type Chunk } from "@reelay/domain";
import { z } from "zod";
import { sendRequest, type HttpAnswer } from "../http.ts";
import type { Access, Journal } from "../platform.ts";
import { assertUploadAddress } from "../upload-address.ts";
import { callApi } from "./call-api.ts";
import { callTimeoutsMs, type TiktokConnection } from "./connection.ts";
import { videoInit } from "./schemas.ts";

/**
 * Begins a direct post by FILE_UPLOAD; shows nothing to anybody before the last byte. Throws `upload_url_blocked` for an
 * address that we do not trust.
 */
export async function initTikTokVideoUpload(
  connection: TiktokConnection,
  call: { accessToken: string; body: { post_info: object; source_info: object } },
  signal: AbortSignal,
): Promise<{ publishId: string; uploadUrl: string; journal: Journal }> {
  const { data, journal } = await callApi(connection, {
    path: "/v2/post/publish/video/init/",
    accessToken: call.accessToken,
    body: call.body,
    schema: videoInit,
    timeoutMs: connection.times.callTimeout(callTimeoutsMs.init),
    signal,
  });
  assertUploadAddress(data.upload_url, connection.uploadHosts);
  return { publishId: data.publish_id, uploadUrl: data.upload_url, journal };
}

export interface ChunkCall {
  readonly uploadUrl: string;
  readonly chunk: Chunk;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly access: Pick<Access, "openBytes" | "onBytesSent">;
  readonly timeoutMs: number;
}

/** What the upload host said to one chunk. Throws what a call throws (5xx `platform_error`); other statuses are answers. */
export interface ChunkAnswer {
  readonly status: number;
  /** Position from `Content-Range: bytes 0-N/total`: a count or a last index, TikTok does not say; null when absent. */
  readonly reported: number | null;
  readonly journal: Journal;
}

/** Sends one chunk of the video, streamed. The last one publishes: that is `publishTikTokVideo`. */
export async function uploadTikTokVideoBytes(
  connection: TiktokConnection,
  call: ChunkCall,
  signal: AbortSignal,
): Promise<ChunkAnswer> {
  if (call.chunk.isLast)
    throw new Failure("internal", { internal: "the last chunk publishes and has a function of its own" });
  return await sendChunk(connection, call, signal);
}

/** Sends the last chunk: with its last byte TikTok has everything and publishes. Not to be repeated without asking. */
export async function publishTikTokVideo(
  connection: TiktokConnection,
  call: ChunkCall,
  signal: AbortSignal,
): Promise<ChunkAnswer> {
  if (!call.chunk.isLast) throw new Failure("internal", { internal: "only the last chunk publishes" });
  return await sendChunk(connection, call, signal);
}

async function sendChunk(connection: TiktokConnection, call: ChunkCall, signal: AbortSignal): Promise<ChunkAnswer> {
  const { first, last } = call.chunk;
  const answer = await sendRequest({
    method: "PUT",
    url: assertUploadAddress(call.uploadUrl, connection.uploadHosts).href,
    headers: { "Content-Type": call.contentType, "Content-Range": `bytes ${first}-${last}/${call.sizeBytes}` },
    body: {
      bytes: call.access.openBytes(first, last),
      sizeBytes: last - first + 1,
      onBytesSent: call.access.onBytesSent,
    },
    timeoutMs: call.timeoutMs,
    signal,
  });
  const journal = { httpStatus: answer.status, platformCode: null, platformLogId: answer.headers.get("x-tt-logid") };
  return { status: answer.status, reported: reportedPosition(answer), journal };
}

const contentRange = z.string().regex(/^bytes (\d+)-(\d+)\//);

function reportedPosition(answer: HttpAnswer): number | null {
  const parsed = contentRange.safeParse(answer.headers.get("content-range"));
  const position = parsed.success ? Number(/-(\d+)\//.exec(parsed.data)?.[1]) : Number.NaN;
  return Number.isSafeInteger(position) ? position : null;
}
