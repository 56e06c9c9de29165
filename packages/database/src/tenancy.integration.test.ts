import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import type { Tx } from "./connect.ts";
import {
  createWorkspace,
  plantRow,
  testDatabase,
  testRole,
  type ExpectedAccess,
  type TestDatabase,
} from "./testing/index.ts";

// Read here, because the tests below are named after its tables; schema.integration.test.ts holds it against the database.
const { tables, views } = JSON.parse(
  readFileSync(new URL("./expected-access.json", import.meta.url), "utf8"),
) as ExpectedAccess;
const ofKind = (...kinds: string[]) => Object.keys(tables).filter((table) => kinds.includes(tables[table] ?? ""));
const workspaceTables = ofKind("workspace");
const appendOnlyTables = ofKind("workspace, append only");

let db: TestDatabase;
let own: string;
let other: string;

const planted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  publications: { status: "'draft'" },
  library_posts: { platform: "'tiktok'" },
  sync_runs: { state: "'done'" },
};

beforeAll(async () => {
  db = await testDatabase();
  own = (await createWorkspace(db.database, "own")).workspaceId;
  other = (await createWorkspace(db.database, "other")).workspaceId;
  for (const workspaceId of [own, other]) {
    for (const table of [...workspaceTables, ...appendOnlyTables])
      await plantRow(db, table, workspaceId, planted[table]);
    await plantRow(db, "library_posts", workspaceId, { platform: "'instagram'" });
  }
}, 120_000);
afterAll(() => db.close());

const owners = async (tx: Tx, relation: string) =>
  (
    await tx.$queryRawUnsafe<{ owner: string }[]>(
      `select distinct workspace_id::text as owner from "${relation}" order by 1`,
    )
  ).map((row) => row.owner);

class Undo extends Error {}
/** Runs as the workspace and takes everything back. */
const tryAs = async <T>(workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
  let result: { value: T } | undefined;
  await db.database
    .inWorkspace(workspaceId, async (tx) => {
      result = { value: await work(tx) };
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  if (!result) throw new Error("nothing ran");
  return result.value;
};

describe.each(workspaceTables)("in %s a workspace", (table) => {
  const refused = (statement: (workspaceId: string) => string) =>
    expect(tryAs(own, (tx) => tx.$executeRawUnsafe(statement(other)))).rejects.toThrow(/row-level security/);

  test("sees its own rows alone", async () => {
    expect(await tryAs(own, (tx) => owners(tx, table))).toEqual([own]);
    expect(await tryAs(other, (tx) => owners(tx, table))).toEqual([other]);
  });

  test("changes and deletes its own rows alone", async () => {
    const mine = (await db.sql(`select 1 from "${table}" where workspace_id = $1`, [own])).length;
    expect(await tryAs(own, (tx) => tx.$executeRawUnsafe(`update "${table}" set workspace_id = workspace_id`))).toBe(
      mine,
    );
    expect(
      await tryAs(own, (tx) =>
        tx.$executeRawUnsafe(`update "${table}" set workspace_id = workspace_id where workspace_id = '${other}'`),
      ),
    ).toBe(0);
    expect(
      await tryAs(own, (tx) => tx.$executeRawUnsafe(`delete from "${table}" where workspace_id = '${other}'`)),
    ).toBe(0);
  });

  test("gives no row away and plants none", async () => {
    await refused((workspaceId) => `update "${table}" set workspace_id = '${workspaceId}'`);
    await refused(
      (workspaceId) =>
        `insert into "${table}" select (jsonb_populate_record(t, jsonb_build_object('workspace_id', '${workspaceId}'))).* from "${table}" t`,
    );
  });

  test("is nobody without a name, and neither is the login role", async () => {
    const nameless = db.database.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`select set_config('role', 'reelay_app', true)`;
      return await owners(tx, table);
    });
    expect(await nameless).toEqual([]);
    expect(await db.database.prisma.$transaction((tx) => owners(tx, table))).toEqual([]);
  });

  test("is one of all for the system", async () => {
    expect(await db.database.asSystem((tx) => owners(tx, table))).toEqual([own, other].sort());
  });
});

describe.each(appendOnlyTables)("in %s a workspace", (table) => {
  const denied = (statement: string) =>
    expect(tryAs(own, (tx) => tx.$executeRawUnsafe(statement))).rejects.toThrow(/permission denied/);

  test("sees its own rows alone", async () => {
    expect(await tryAs(own, (tx) => owners(tx, table))).toEqual([own]);
    expect(await db.database.prisma.$transaction((tx) => owners(tx, table))).toEqual([]);
    expect(await db.database.asSystem((tx) => owners(tx, table))).toEqual([own, other].sort());
  });

  test("adds rows of its own alone", async () => {
    const add = (workspaceId: string) => `insert into "${table}" select (jsonb_populate_record(t, jsonb_build_object(
      'workspace_id', '${workspaceId}', 'id', gen_random_uuid()))).* from "${table}" t`;
    expect(await tryAs(own, (tx) => tx.$executeRawUnsafe(add(own)))).toBe(1);
    await expect(tryAs(own, (tx) => tx.$executeRawUnsafe(add(other)))).rejects.toThrow(/row-level security/);
  });

  test("changes and deletes nothing, and neither does the system change anything", async () => {
    await denied(`update "${table}" set workspace_id = workspace_id`);
    await denied(`delete from "${table}"`);
    await expect(
      db.database.asSystem((tx) => tx.$executeRawUnsafe(`update "${table}" set workspace_id = workspace_id`)),
    ).rejects.toThrow(/permission denied/);
  });
});

describe.each(Object.keys(views))("through the view %s", (view) => {
  test("a workspace sees its own rows alone, the login role none, the system all", async () => {
    expect(await tryAs(own, (tx) => owners(tx, view))).toEqual([own]);
    expect(await db.database.prisma.$transaction((tx) => owners(tx, view))).toEqual([]);
    expect(await db.database.asSystem((tx) => owners(tx, view))).toEqual([own, other].sort());
  });
});

describe.each(ofKind("identity", "history", "machine"))("%s", (table) => {
  test("is closed to a workspace", async () => {
    await expect(tryAs(own, (tx) => tx.$queryRawUnsafe(`select 1 from "${table}"`))).rejects.toThrow(
      /permission denied/,
    );
    await expect(tryAs(own, (tx) => tx.$executeRawUnsafe(`delete from "${table}"`))).rejects.toThrow(
      /permission denied/,
    );
  });
});

test.each(ofKind("identity"))("%s is closed to the system, too", async (table) => {
  await expect(db.database.asSystem((tx) => tx.$queryRawUnsafe(`select 1 from "${table}"`))).rejects.toThrow(
    /permission denied/,
  );
});

test.each(ofKind("machine, readable"))("a workspace reads %s and changes nothing in it", async (table) => {
  await tryAs(own, (tx) => tx.$queryRawUnsafe(`select 1 from "${table}"`));
  await expect(tryAs(own, (tx) => tx.$executeRawUnsafe(`delete from "${table}"`))).rejects.toThrow(/permission denied/);
});

test("a workspace sees and changes itself alone, and makes no other", async () => {
  const seen = await tryAs(own, (tx) => tx.$queryRaw<{ id: string }[]>`select id from workspaces`);
  expect(seen).toEqual([{ id: own }]);
  expect(await tryAs(own, (tx) => tx.$executeRaw`update workspaces set name = 'renamed'`)).toBe(1);
  await expect(tryAs(own, (tx) => tx.$executeRaw`delete from workspaces`)).rejects.toThrow(/permission denied/);
  await expect(
    tryAs(own, (tx) => tx.$executeRaw`insert into workspaces (id, name) values (gen_random_uuid(), 'x')`),
  ).rejects.toThrow(/permission denied/);
});

test("neither the role nor the workspace outlives its transaction, committed or not", async () => {
  await db.database.inWorkspace(own, (tx) => tx.$queryRaw`select 1`);
  await expect(db.database.inWorkspace(own, (tx) => tx.$queryRaw`select 1 / 0`)).rejects.toThrow();
  for (let use = 0; use < 12; use++) {
    const [row] = await db.database.prisma.$queryRaw<{ role: string; workspace: string | null }[]>`
      select current_user as role, nullif(current_setting('app.workspace_id', true), '') as workspace`;
    expect(row).toEqual({ role: testRole.name, workspace: null });
  }
});

test("what fails inside a workspace leaves nothing", async () => {
  const attempt = db.database.inWorkspace(own, async (tx) => {
    await tx.$executeRaw`update workspaces set name = 'half done'`;
    throw new Error("died");
  });
  await expect(attempt).rejects.toThrow("died");
  expect(await db.sql("select name from workspaces where id = $1", [own])).toEqual([{ name: "own" }]);
});
