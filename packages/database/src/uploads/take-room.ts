import type { Tx } from "../connect.ts";

/** What holds for a workspace that has no figures of its own. */
export interface UploadLimits {
  readonly quotaBytes: number;
  readonly uploadsPerMinute: number;
}

export type RoomAnswer =
  | { readonly outcome: "taken" }
  | { readonly outcome: "too_many"; readonly retryAfterMs: number }
  | { readonly outcome: "no_room" };

/** Bytes that a workspace may still store, with its lock held until the transaction ends: nobody else counts meanwhile. */
export async function lockRoom(tx: Tx, workspaceId: string, limits: UploadLimits): Promise<number> {
  await tx.$executeRaw`
    insert into upload_allowances (workspace_id) values (${workspaceId}::uuid)
    on conflict (workspace_id) do update set begun = upload_allowances.begun`;
  // A statement of its own: it sees what the former holder of the lock has taken.
  const [room] = await tx.$queryRaw<{ bytes: number }[]>`
    select (coalesce((select quota_bytes from workspaces where id = ${workspaceId}::uuid), ${limits.quotaBytes}::bigint)
      - coalesce((select sum(size_bytes) from media where workspace_id = ${workspaceId}::uuid and (storage_key is not null or state = 'importing')), 0)
      - coalesce((select sum(size_bytes) from renditions where workspace_id = ${workspaceId}::uuid and storage_key like 'renditions/%'), 0)
      - coalesce((select sum(size_bytes) from uploads where workspace_id = ${workspaceId}::uuid and state = 'open'), 0))::float8 as bytes`;
  return room?.bytes ?? 0;
}

/** Counts one more upload in the running minute and looks for `bytes` of room; the caller takes it in the same transaction. */
export async function takeRoom(
  tx: Tx,
  workspaceId: string,
  wish: { bytes: number; limits: UploadLimits },
): Promise<RoomAnswer> {
  const left = await lockRoom(tx, workspaceId, wish.limits);
  const [minute] = await tx.$queryRaw<{ isOver: boolean; retryAfterMs: number }[]>`
    update upload_allowances a set
      begun = case when a.minute_began_at < now() - interval '1 minute' then 1 else a.begun + 1 end,
      minute_began_at = case when a.minute_began_at < now() - interval '1 minute' then now() else a.minute_began_at end
    where a.workspace_id = ${workspaceId}::uuid
    returning a.begun > coalesce((select uploads_per_minute from workspaces where id = ${workspaceId}::uuid), ${wish.limits.uploadsPerMinute}) as "isOver",
      (extract(epoch from a.minute_began_at + interval '1 minute' - now()) * 1000)::float8 as "retryAfterMs"`;
  if (minute?.isOver === true) return { outcome: "too_many", retryAfterMs: Math.max(1_000, minute.retryAfterMs) };
  return { outcome: left < wish.bytes ? "no_room" : "taken" };
}
