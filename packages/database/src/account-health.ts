import type { Database } from "./connect.ts";
import { Prisma } from "./generated/client.ts";

/** An account as its operator looks at it: times only, never a token. Spans by the database's clock, negative when past. */
export interface AccountHealth {
  readonly id: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly platform: string;
  readonly handle: string | null;
  readonly state: "connected" | "needs_reconnect" | "disconnecting" | "disconnected";
  readonly stateCause: string | null;
  readonly paused: boolean;
  /** null: no token is stored. */
  readonly accessExpiresInMs: number | null;
  readonly refreshExpiresInMs: number | null;
  /** Milliseconds since the last sync ended; null: never. */
  readonly syncedAgoMs: number | null;
}

/** Accounts of every workspace (or of the one with this id or name), those that need somebody first. */
export async function listAccountHealth(
  database: Database,
  wish: { limit: number; workspace?: string | undefined },
): Promise<AccountHealth[]> {
  const { workspace } = wish;
  const wanted =
    workspace === undefined ? Prisma.sql`true` : Prisma.sql`(w.id::text = ${workspace} or w.name = ${workspace})`;
  return await database.asSystem(
    (tx) => tx.$queryRaw<AccountHealth[]>`
      select a.id, w.id as "workspaceId", w.name as "workspaceName", a.platform, a.handle, a.state, a.state_cause as "stateCause", a.paused,
        case when g.access_token is not null then extract(epoch from g.access_expires_at - now())::float8 * 1000 end as "accessExpiresInMs",
        case when g.refresh_token is not null then extract(epoch from g.refresh_expires_at - now())::float8 * 1000 end as "refreshExpiresInMs",
        (select extract(epoch from now() - max(s.finished_at))::float8 * 1000 from sync_runs s where s.account_id = a.id) as "syncedAgoMs"
      from social_accounts a join workspaces w on w.id = a.workspace_id left join grants g on g.account_id = a.id
      where ${wanted}
      order by a.state = 'connected', a.state, w.name, a.handle nulls last, a.id limit ${wish.limit}`,
  );
}
