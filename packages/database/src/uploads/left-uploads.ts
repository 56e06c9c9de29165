import type { Database } from "../connect.ts";

export interface LeftUpload {
  readonly id: string;
  readonly workspaceId: string;
  readonly sizeBytes: number;
}

/** Open uploads that nobody writes to, by id after `afterId`: perhaps their last byte came and their API died. */
export async function findLeftUploads(
  database: Database,
  page: { afterId: string | null; limit: number },
): Promise<LeftUpload[]> {
  return await database.asSystem(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string; workspaceId: string; sizeBytes: bigint }[]>`
      select id, workspace_id as "workspaceId", size_bytes as "sizeBytes" from uploads
      where state = 'open' and kind = 'tus' and expires_at > now() and (lock_until is null or lock_until < now())
        and (${page.afterId}::uuid is null or id > ${page.afterId}::uuid)
      order by id limit ${page.limit}`;
    return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
  });
}

/** Forgets uploads that have run out, or were finished long enough ago; answers whose files can go. */
export async function deleteExpiredUploads(
  database: Database,
  limit: number,
): Promise<{ id: string; workspaceId: string }[]> {
  return await database.asSystem(
    async (tx) =>
      await tx.$queryRaw<{ id: string; workspaceId: string }[]>`
        delete from uploads where id in (
          select id from uploads where expires_at < now() and (lock_until is null or lock_until < now())
          order by expires_at limit ${limit} for update skip locked)
        returning id, workspace_id as "workspaceId"`,
  );
}

/** Of the ids, those of uploads that exist. */
export async function knownUploads(database: Database, ids: readonly string[]): Promise<Set<string>> {
  return await database.asSystem(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string }[]>`select id from uploads where id = any(${[...ids]}::uuid[])`;
    return new Set(rows.map(({ id }) => id));
  });
}
