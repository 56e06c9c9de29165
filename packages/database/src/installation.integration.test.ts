import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { checkKeys, recordUploadRate } from "./installation.ts";
import { testDatabase, testVault, type TestDatabase } from "./testing/index.ts";
import { createVault } from "./vault.ts";

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

const canary = async () =>
  (await db.sql<{ key_canary: string | null }>("select key_canary from installation"))[0]?.key_canary;

test("the first start seals a known text, and the same key passes ever after", async () => {
  const vault = testVault();
  await checkKeys(db.database, vault);
  const sealed = await canary();
  expect(sealed).toMatch(/^v1\.test\./);
  await checkKeys(db.database, vault);
  expect(await canary()).toBe(sealed);
});

test("a wrong key is refused and writes nothing, even under the right name", async () => {
  await checkKeys(db.database, testVault());
  const sealed = await canary();
  await expect(checkKeys(db.database, testVault())).rejects.toMatchObject({ code: "sealed_unreadable" });
  await expect(checkKeys(db.database, createVault([{ id: "other", key: randomBytes(32) }]))).rejects.toMatchObject({
    code: "sealed_unreadable",
  });
  expect(await canary()).toBe(sealed);
});

test("of two first starts with different keys one wins and the other is refused", async () => {
  const starts = await Promise.allSettled([checkKeys(db.database, testVault()), checkKeys(db.database, testVault())]);
  expect(starts.map((start) => start.status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("a rotated key passes while the old one is still given", async () => {
  const [old, fresh] = [
    { id: "old", key: randomBytes(32) },
    { id: "new", key: randomBytes(32) },
  ];
  await checkKeys(db.database, createVault([old]));
  await checkKeys(db.database, createVault([fresh, old]));
  await expect(checkKeys(db.database, createVault([fresh]))).rejects.toMatchObject({ code: "sealed_unreadable" });
});

test("the upload rate starts with the first figure and follows the later ones slowly", async () => {
  const rate = async () =>
    (await db.sql<{ upload_rate: number }>("select upload_rate from installation"))[0]?.upload_rate;
  await recordUploadRate(db.database, 1_000_000);
  expect(await rate()).toBe(1_000_000);
  await recordUploadRate(db.database, 2_000_000);
  expect(await rate()).toBeCloseTo(1_200_000);
});
