import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createBench, type Bench } from "./testing/bench.ts";
import { driveToEnd } from "./testing/drive.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, 30_000);
afterAll(async () => await bench.close());

describe("publishing a TikTok video", () => {
  test("the bytes arrive whole, once, and the platform's word makes it published", async () => {
    const publication = await bench.publication(await bench.connect(), { sizeBytes: 15_728_763 });
    const row = await driveToEnd(bench, bench.deps(), publication.publicationId);
    expect(row).toMatchObject({ status: "published", resolved_by: "platform", init_count: 1, wait_reason: null, failure: null });
    const posts = bench.simulator.world.posts.filter(({ openId }) => openId === publication.openId);
    expect(posts.map(({ sha256 }) => sha256)).toEqual([publication.sha256]);
  });
});
