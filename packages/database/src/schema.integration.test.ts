import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { schemaDiff } from "./migrate.ts";
import {
  emptyDatabase,
  expectedAccess,
  testDatabase,
  testRole,
  type ExpectedAccess,
  type TestDatabase,
} from "./testing/index.ts";

let db: TestDatabase;
let expected: ExpectedAccess;
/** A database made from the Prisma model alone. */
let model: Awaited<ReturnType<typeof emptyDatabase>>;
let modelClient: pg.Client;

beforeAll(async () => {
  [db, model, expected] = await Promise.all([testDatabase(), emptyDatabase(), expectedAccess()]);
  const schema = await readFile(new URL("../../../prisma/schema.prisma", import.meta.url), "utf8");
  modelClient = new pg.Client({ connectionString: model.url });
  await modelClient.connect();
  await modelClient.query(await schemaDiff({ databaseUrl: model.url, from: null, to: schema }));
}, 120_000);
afterAll(async () => {
  await modelClient.end();
  await Promise.all([db.close(), model.close()]);
});

const columns = `
  select c.table_name, c.column_name, c.udt_name, c.datetime_precision, c.is_nullable, c.column_default
  from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
  where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name <> '_prisma_migrations' order by 1, 2`;
const indexes = `
  select indexname, indexdef from pg_indexes where schemaname = 'public' and tablename <> '_prisma_migrations' order by 1`;

test("the migrations make exactly the columns of the Prisma model", async () => {
  expect(await db.sql(columns)).toEqual((await modelClient.query(columns)).rows);
});

test("the migrations make every index of the Prisma model, and beyond it the listed ones", async () => {
  const migrated = await db.sql<{ indexname: string; indexdef: string }>(indexes);
  const beyond = expected.indexesBeyondTheModel;
  expect(migrated.filter(({ indexname }) => !beyond.includes(indexname))).toEqual(
    (await modelClient.query(indexes)).rows,
  );
  expect(migrated.map(({ indexname }) => indexname)).toEqual(expect.arrayContaining(beyond));
});

test("every table has row security, policies and grants as listed, and no table is unlisted", async () => {
  const tables = await db.sql(`
    select c.relname as table,
      case when c.relrowsecurity and c.relforcerowsecurity then 'forced' when c.relrowsecurity then 'on' else 'off' end as "rowSecurity",
      coalesce((select json_agg(policyname || ': ' || cmd || ' to ' || array_to_string(roles, ',')
        || coalesce(' using ' || qual, '') || coalesce(' check ' || with_check, '') order by policyname)
        from pg_policies p where p.tablename = c.relname), '[]') as policies
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`);
  const granted = await grants();
  const found = tables.map((row) => [
    row["table"],
    { rowSecurity: row["rowSecurity"], policies: row["policies"], grants: granted(row["table"]) },
  ]);
  const listed = Object.entries(expected.tables).map(([table, kind]) => {
    const { rowSecurity, policies, grants: allowed } = expected.kinds[kind] ?? {};
    return [table, { rowSecurity, policies, grants: allowed }];
  });
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(listed));
});

test("every table that carries a workspace is of the kind that keeps workspaces apart", async () => {
  const carrying = await db.sql<{ table: string }>(`
    select c.table_name as table from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name = 'workspace_id' order by 1`);
  const kept = Object.entries(expected.tables).filter(([, kind]) =>
    ["workspace", "workspace, append only"].includes(kind),
  );
  expect(carrying.map((row) => row.table)).toEqual(kept.map(([table]) => table));
});

test("every view asks with the rights of whoever looks", async () => {
  const views = await db.sql(`
    select relname as view, 'security_invoker=true' = any (coalesce(reloptions, '{}')) as security_invoker
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm') order by 1`);
  const granted = await grants();
  expect(
    Object.fromEntries(views.map(({ view, security_invoker }) => [view, { security_invoker, grants: granted(view) }])),
  ).toEqual(expected.views);
});

test("the working roles can do nothing of themselves, and the login role takes them only for a transaction", async () => {
  const roles = await db.sql(`
    select rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreatedb, rolcreaterole from pg_roles where rolname in ('reelay_app', 'reelay_system') order by 1`);
  const nothing = {
    rolsuper: false,
    rolbypassrls: false,
    rolcanlogin: false,
    rolcreatedb: false,
    rolcreaterole: false,
  };
  expect(roles).toEqual(Object.keys(expected.roles).map((rolname) => ({ rolname, ...nothing })));
  const [login] = await db.sql("select rolsuper, rolbypassrls from pg_roles where rolname = $1", [testRole.name]);
  expect(login).toEqual({ rolsuper: false, rolbypassrls: false });
  const inherited = await db.sql(
    `select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid
     where m.member = $1::regrole and m.inherit_option and r.rolname like 'reelay%'`,
    [testRole.name],
  );
  expect(inherited).toEqual([]);
});

test("the working roles cannot make tables, and nothing runs with its owner's rights", async () => {
  const [row] = await db.sql(`select has_schema_privilege('reelay_app', 'public', 'create') as app,
    has_schema_privilege('reelay_system', 'public', 'create') as system,
    (select count(*)::int from pg_proc where pronamespace = 'public'::regnamespace) as functions`);
  expect(row).toEqual({ app: false, system: false, functions: 0 });
});

async function grants() {
  const rows = await db.sql<{ table: string; grantee: string; privileges: string[] }>(
    `select table_name as table, grantee, array_agg(distinct privilege_type::text order by privilege_type::text) as privileges
     from information_schema.role_table_grants where table_schema = 'public' and grantee <> $1 group by 1, 2`,
    [testRole.name],
  );
  return (table: unknown) =>
    Object.fromEntries(rows.filter((row) => row.table === table).map((row) => [row.grantee, row.privileges]));
}
