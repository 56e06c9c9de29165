import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { findAnswer, storeAnswer, takeKey, type IdempotentRequest } from "./idempotency.ts";
import { newId } from "./ids.ts";
import { createWorkspace, testDatabase, type TestDatabase } from "./testing/index.ts";

let opened: TestDatabase;
beforeAll(async () => {
  opened = await testDatabase();
}, 120_000);
afterAll(() => opened.close());

async function setup(): Promise<IdempotentRequest> {
  const { workspaceId } = await createWorkspace(opened.database);
  return { workspaceId, key: newId(), requestHash: "a" };
}
const take = (request: IdempotentRequest) =>
  opened.database.inWorkspace(request.workspaceId, (tx) => takeKey(tx, request));
const answer = { status: 202, body: { id: "x" } };

test("while one transaction works under a key, another one with it is told so and does nothing", async () => {
  const request = await setup();
  await opened.database.inWorkspace(request.workspaceId, async (tx) => {
    expect(await takeKey(tx, request)).toEqual({ state: "new" });
    expect(await take(request)).toEqual({ state: "running" });
    expect(await findAnswer(opened.database, request)).toEqual({ state: "new" });
    await storeAnswer(tx, request, answer);
    expect(await take(request)).toEqual({ state: "running" });
  });
  expect(await take(request)).toEqual({ state: "answered", ...answer });
  expect(await findAnswer(opened.database, request)).toEqual({ state: "answered", ...answer });
});

test("of many transactions at once with one key exactly one does the work", async () => {
  const request = await setup();
  let worked = 0;
  const states = await Promise.all(
    Array.from({ length: 10 }, () =>
      opened.database.inWorkspace(request.workspaceId, async (tx) => {
        const { state } = await takeKey(tx, request);
        if (state !== "new") return state;
        worked += 1;
        await tx.$executeRaw`select pg_sleep(0.05)`;
        await storeAnswer(tx, request, answer);
        return state;
      }),
    ),
  );
  expect(worked).toBe(1);
  expect(states.filter((state) => state === "new")).toHaveLength(1);
});

test("a transaction that is rolled back gives its key back", async () => {
  const request = await setup();
  const rolledBack = opened.database.inWorkspace(request.workspaceId, async (tx) => {
    await takeKey(tx, request);
    await storeAnswer(tx, request, answer);
    throw new Error("refused");
  });
  await expect(rolledBack).rejects.toThrow("refused");
  expect(await take(request)).toEqual({ state: "new" });
});

test("a key belongs to its workspace and to its request", async () => {
  const request = await setup();
  await opened.database.inWorkspace(request.workspaceId, async (tx) => {
    await takeKey(tx, request);
    await storeAnswer(tx, request, answer);
  });
  expect(await take({ ...request, requestHash: "b" })).toEqual({ state: "other_request" });
  const other = await setup();
  expect(await take({ ...other, key: request.key })).toEqual({ state: "new" });
});
