import type { TestDatabase } from "./test-database.ts";

interface Column {
  readonly name: string;
  readonly type: string;
}

const literals: Readonly<Record<string, string>> = {
  uuid: "gen_random_uuid()",
  text: "gen_random_uuid()::text",
  int4: "1",
  int8: "1",
  float8: "1",
  bool: "false",
  timestamptz: "now()",
  jsonb: "'{}'",
  bytea: "'\\x00'",
};

/** Puts a row of the workspace into any table, whatever its columns and foreign keys; `given` are SQL literals by column. */
export async function plantRow(
  db: TestDatabase,
  table: string,
  workspaceId: string,
  given: Readonly<Record<string, string>> = {},
): Promise<void> {
  const columns = await db.sql<Column>(
    `select column_name as name, udt_name as type from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and (column_default is null or column_name = 'id')`,
    [table],
  );
  const values: Record<string, string> = {
    ...Object.fromEntries(columns.map(({ name, type }) => [name, literals[type] ?? "'{}'"])),
  };
  Object.assign(values, given, { workspace_id: `'${workspaceId}'` });
  const names = Object.keys(values);
  await db.sql(`set local session_replication_role = replica;
    insert into "${table}" (${names.join(", ")}) values (${Object.values(values).join(", ")})`);
}
