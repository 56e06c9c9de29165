import type { Journal } from "../platform.ts";
import { callApi } from "./call-api.ts";
import { callTimeoutsMs, type TiktokConnection } from "./connection.ts";
import { publishStatus, type PublishStatus } from "./schemas.ts";

/** What TikTok says of a publish id. */
export async function readStatus(
  connection: TiktokConnection,
  publishId: string,
  accessToken: string,
  signal: AbortSignal,
): Promise<{ data: PublishStatus; journal: Journal }> {
  const { data, journal } = await callApi(connection, {
    path: "/v2/post/publish/status/fetch/",
    accessToken,
    body: { publish_id: publishId },
    schema: publishStatus,
    timeoutMs: connection.times.callTimeout(callTimeoutsMs.read),
    signal,
  });
  return { data, journal: { ...journal, platformCode: data.status.slice(0, 100) } };
}

/** The post's id; null while TikTok gives none (absent or an empty list). */
export function postIdOf(status: PublishStatus): string | null {
  return status.publicaly_available_post_id?.[0] ?? status.publicly_available_post_id?.[0] ?? null;
}

/** Why a FAILED publish failed; `internal` when TikTok does not say. */
export function failReasonOf(status: PublishStatus): string {
  return status.fail_reason === undefined || status.fail_reason === "" ? "internal" : status.fail_reason;
}
