import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { ApiDeps } from "../deps.ts";
import { pngBytes } from "../testing/media-bytes.ts";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";

let api: TestApi;
let deps: ApiDeps;
beforeAll(async () => {
  api = await startTestApi({ onDeps: (opened) => (deps = opened) });
}, 120_000);
afterAll(async () => await api?.close());

test("a media whose commit was never answered keeps its bytes", async () => {
  const { inWorkspace } = deps.database;
  deps.database.inWorkspace = async (workspaceId, work) => {
    const result = await inWorkspace(workspaceId, work);
    if (typeof result === "object" && result !== null && "isNew" in result) throw new Error("Connection terminated");
    return result;
  };
  const answer = await api.caller.upload(pngBytes(20, 20), "a.png");
  deps.database.inWorkspace = inWorkspace;
  expect(answer.status).toBe(503);
  const rows = await api.db.sql<{ storage_key: string; size_bytes: bigint }>(
    "select storage_key, size_bytes from media",
  );
  expect(rows).toHaveLength(1);
  expect(await deps.storage.stat(rows[0]?.storage_key ?? "")).toEqual({ sizeBytes: Number(rows[0]?.size_bytes) });
});
