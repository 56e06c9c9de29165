import pg from "pg";
import { readMigrations } from "./migrate.ts";
import { readMigrationState, type MigrationState } from "./migration-state.ts";

export interface ServerFacts {
  readonly version: string;
  /** Whom the address logs in as. */
  readonly role: string;
  /** The login role is a superuser or has BYPASSRLS. */
  readonly seesEverything: boolean;
  /** Why the roles that transactions take would not keep workspaces apart, or cannot be taken; empty: all is well. */
  readonly roleProblems: readonly string[];
  /** false: a commit may be lost in a crash although it was acknowledged. */
  readonly keepsCommits: boolean;
  /** The server's clock minus ours at the middle of the round trip. */
  readonly clockAheadMs: number;
  readonly migrations: MigrationState;
}

interface Row {
  readonly version: string;
  readonly role: string;
  readonly all: boolean;
  readonly commits: string;
  readonly now: string;
}

/** Looks at the Postgres behind `url` and changes nothing; throws when it does not answer within `limitMs`. */
export async function inspectServer(options: {
  url: string;
  migrationsDirectory: string;
  limitMs: number;
  nowMs: () => number;
}): Promise<ServerFacts> {
  const { url, limitMs } = options;
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: limitMs,
    query_timeout: limitMs,
    statement_timeout: limitMs,
  });
  // A connection that breaks later rejects its query, too.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const before = options.nowMs();
    const { rows } = await client.query<Row>(`
      select current_setting('server_version') as version, current_user as role, rolsuper or rolbypassrls as all,
        current_setting('synchronous_commit') as commits, extract(epoch from clock_timestamp()) * 1000 as now
      from pg_roles where rolname = current_user`);
    const middle = (before + options.nowMs()) / 2;
    const row = rows[0];
    if (!row) throw new Error("Postgres does not know who we are");
    const migrations = await readMigrationState(client, await readMigrations(options.migrationsDirectory));
    return {
      version: row.version.split(" ")[0] ?? row.version,
      role: row.role,
      seesEverything: row.all,
      roleProblems: await roleProblems(client, row.all),
      keepsCommits: row.commits !== "off",
      clockAheadMs: Math.round(Number(row.now) - middle),
      migrations,
    };
  } finally {
    await client.end();
  }
}

async function roleProblems(client: pg.Client, isSuperuser: boolean): Promise<string[]> {
  const { rows } = await client.query<{ name: string; all: boolean; inherited: boolean; usable: boolean }>(`
    select rolname as name, rolsuper or rolbypassrls as all, pg_has_role(oid, 'USAGE') as inherited,
      pg_has_role(oid, 'MEMBER') as usable
    from pg_roles where rolname in ('reelay_app', 'reelay_system')`);
  return rows.flatMap(({ name, all, inherited, usable }) => [
    ...(all ? [`${name} is a superuser or has BYPASSRLS`] : []),
    ...(inherited && !isSuperuser ? [`${name} is inherited by the login role`] : []),
    ...(usable ? [] : [`the login role may not take ${name}`]),
  ]);
}
