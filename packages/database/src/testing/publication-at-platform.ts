import type { Database } from "../connect.ts";
import { createPublication } from "./create-publication.ts";

/** A publication whose bytes the platform has under `handle`, asked about again in an hour; `set` is SQL over it. */
export async function publicationAtPlatform(
  db: { database: Database; sql(text: string, values?: readonly unknown[]): Promise<unknown> },
  creator: { workspaceId: string; accountId: string },
  { handle, set = "" }: { handle: string; set?: string },
): Promise<string> {
  const publicationId = await createPublication(db.database, creator, {});
  await db.sql(
    `update publications set status = 'processing', lane = 'check', checkpoint = 'sealed', platform_handle = $2,
       next_at = now() + interval '1 hour', wait_reason = 'asking_platform' where id = $1`,
    [publicationId, handle],
  );
  if (set !== "") await db.sql(`update publications set ${set} where id = $1`, [publicationId]);
  return publicationId;
}
