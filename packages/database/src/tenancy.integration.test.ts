import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createConnectedAccount, createWorkspace, testDatabase, testVault, type TestDatabase } from "./testing/index.ts";

let db: TestDatabase;
let own: string;
let other: string;

beforeAll(async () => {
  db = await testDatabase();
  const vault = testVault();
  own = (await createWorkspace(db.database, "own")).workspaceId;
  other = (await createWorkspace(db.database, "other")).workspaceId;
  for (const workspaceId of [own, other]) await createConnectedAccount({ database: db.database, vault }, { workspaceId });
});
afterAll(() => db.close());

const count = (rows: { n: number }[]) => rows[0]?.n;

describe("tenancy", () => {
  test("without a role the login role sees nothing", async () => {
    expect(count(await db.database.prisma.$queryRaw`select count(*)::int as n from social_accounts`)).toBe(0);
    expect(count(await db.database.prisma.$queryRaw`select count(*)::int as n from workspaces`)).toBe(0);
  });

  test("a workspace sees its own rows only, and the system sees all", async () => {
    expect(count(await db.database.inWorkspace(own, (tx) => tx.$queryRaw`select count(*)::int as n from social_accounts`))).toBe(1);
    expect(count(await db.database.asSystem((tx) => tx.$queryRaw`select count(*)::int as n from social_accounts`))).toBe(2);
  });

  test("a workspace cannot change, delete or plant rows of another", async () => {
    const changed = await db.database.inWorkspace(own, (tx) => tx.$executeRaw`update social_accounts set handle = 'x' where workspace_id = ${other}::uuid`);
    const deleted = await db.database.inWorkspace(own, (tx) => tx.$executeRaw`delete from grants where workspace_id = ${other}::uuid`);
    expect([changed, deleted]).toEqual([0, 0]);
    const plant = db.database.inWorkspace(
      own,
      (tx) => tx.$executeRaw`insert into audit_log (id, workspace_id, actor_kind, actor_id, action, subject)
        values (gen_random_uuid(), ${other}::uuid, 'user', 'x', 'x', 'x')`,
    );
    await expect(plant).rejects.toThrow(/row-level security/);
  });

  test("the role does not outlive its transaction", async () => {
    await db.database.asSystem((tx) => tx.$queryRaw`select 1`);
    const [row] = await db.database.prisma.$queryRaw<{ user: string }[]>`select current_user as user`;
    expect(row?.user).toBe("reelay_test");
  });

  test("identity's tables are closed to workspaces", async () => {
    for (const table of ["user", "session", "account", "apikey", "organization", "member", "invitation", "verification"]) {
      const read = db.database.inWorkspace(own, (tx) => tx.$queryRawUnsafe(`select * from "${table}"`));
      await expect(read).rejects.toThrow(/permission denied/);
    }
  });
});
