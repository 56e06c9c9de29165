import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { finishConversion, finishProbe, leaseConversion, leaseProbe, rejectMedia } from "@reelay/database";
import { decideRendition } from "@reelay/flows";
import { probeMedia } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { probeMedia as probeFile } from "@reelay/media";
import { join } from "node:path";
import { createProbeMedia } from "./probe-media.ts";
import { createBench, type Bench, type TestMedia } from "./testing/bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
}, 120_000);
afterAll(() => bench.close());

const interleavings = Array.from({ length: 20 }, (_, index) => index);
const leaseMs = 60_000;

/** Runs both, the second a little after the first or (negative) before it; the outermost wait for the other's end. */
async function together<A, B>(at: number, first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  if (at === 0) {
    const done = await first();
    return [done, await second()];
  }
  if (at === interleavings.length - 1) {
    const done = await second();
    return [await first(), done];
  }
  const headStartMs = 2 * (interleavings.length / 2 - at);
  const after = async <T>(ms: number, work: () => Promise<T>) => {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return await work();
  };
  return await Promise.all([after(-headStartMs, first), after(headStartMs, second)]);
}

async function leasedProbe(media: TestMedia) {
  const lease = await leaseProbe(bench.database, { ...media, leaseMs });
  if (!lease) throw new Error("no lease");
  return lease;
}

const statusOf = async (id: string | undefined) => (await bench.publication(id ?? "")).status;

test("a post accepted while its media is found to fit is moved on by one of the two", async () => {
  const { workspaceId, accountId } = await bench.workspace();
  const seen = new Set<number>();
  for (const at of interleavings) {
    const media = await bench.media(workspaceId, "video");
    const lease = await leasedProbe(media);
    const path = join(bench.directory, "objects", media.storageKey);
    const found = await probeFile(path, "video", { signal: AbortSignal.timeout(20_000), ffmpeg: bench.deps.ffmpeg });
    const [[id]] = await together(
      at,
      () => bench.post({ workspaceId, accountIds: [accountId], mediaId: media.mediaId }),
      () => finishProbe(bench.database, lease, found, decideRendition),
    );
    expect(await statusOf(id)).toBe("waiting");
    seen.add((await bench.publication(id ?? "")).events.length);
  }
  expect(seen).toEqual(new Set([1, 2]));
}, 120_000);

test("a post accepted while its media is rejected is refused, or fails with it", async () => {
  const { workspaceId, accountId } = await bench.workspace();
  for (const at of interleavings) {
    const media = await bench.media(workspaceId, "image");
    const lease = await leasedProbe(media);
    const [answer] = await together(
      at,
      () =>
        bench.post({ workspaceId, accountIds: [accountId], mediaId: media.mediaId }).catch((error: unknown) => error),
      () => rejectMedia(bench.database, lease, { code: "media_unreadable" }),
    );
    if (Array.isArray(answer)) expect(await statusOf(answer[0] as string)).toBe("failed");
    else expect(answer).toMatchObject({ code: "media_rejected" });
  }
}, 120_000);

test("a post accepted while its conversion ends is moved on by one of the two, and so is the one that began it", async () => {
  const { workspaceId, accountId } = await bench.workspace();
  const seen = new Set<number>();
  for (const at of interleavings) {
    const { mediaId } = await bench.media(workspaceId, "image");
    const wish = { workspaceId, accountIds: [accountId], mediaId };
    const [first] = await bench.post(wish);
    await performJob(probeMedia, createProbeMedia(bench.deps), { mediaId, workspaceId });
    const [rendition] = await bench.renditions(mediaId);
    const lease = await leaseConversion(bench.database, { workspaceId, renditionId: rendition?.id ?? "", leaseMs });
    if (!lease) throw new Error("no lease");
    const result = {
      storageKey: `renditions/${mediaId}`,
      contentType: "video/mp4",
      sizeBytes: 1,
      sha256: "test",
      durationMs: 5_000,
    };
    const [[second]] = await together(
      at,
      () => bench.post(wish),
      () => finishConversion(bench.database, lease, result),
    );
    expect([await statusOf(first), await statusOf(second)]).toEqual(["waiting", "waiting"]);
    seen.add((await bench.publication(second ?? "")).events.length);
  }
  expect(seen).toEqual(new Set([1, 2]));
}, 120_000);
