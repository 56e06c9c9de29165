import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sweepStorage } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createSweepStorage } from "./sweep-storage.ts";
import { createBench, type Bench } from "./testing/bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, 120_000);
afterAll(() => bench.close());

const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
const plant = async (path: string, modifiedAt = new Date()) => {
  const whole = join(bench.directory, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, "test");
  await utimes(whole, modifiedAt, modifiedAt);
  await utimes(dirname(whole), modifiedAt, modifiedAt);
};

test("only what nothing points at and nobody writes any more is removed", async () => {
  const { workspaceId } = await bench.workspace();
  const kept = await bench.media(workspaceId, "video");
  await utimes(join(bench.directory, "objects", kept.storageKey), twoDaysAgo, twoDaysAgo);
  await plant("objects/media/w/old-orphan", twoDaysAgo);
  await plant("objects/renditions/w/old-orphan.mp4", twoDaysAgo);
  await plant("objects/media/w/young-orphan");
  await plant("objects/others/w/of-somebody-else", twoDaysAgo);
  await plant("temporary/old.part", twoDaysAgo);
  await plant("temporary/young.part");
  await plant(".converting/job-dead/output.mp4", twoDaysAgo);
  await plant(".converting/job-alive/output.mp4");

  await performJob(sweepStorage, createSweepStorage(bench.deps), {});

  expect((await bench.files()).toSorted()).toEqual(
    [
      join("objects", kept.storageKey),
      "objects/media/w/young-orphan",
      "objects/others/w/of-somebody-else",
      "temporary/young.part",
      ".converting/job-alive",
      ".converting/job-alive/output.mp4",
    ].toSorted(),
  );
});
