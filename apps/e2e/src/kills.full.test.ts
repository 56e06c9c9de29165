import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Upload } from "@reelay/simulator";
import pg from "pg";
import { faultsFor, killMoments, type KillMoment } from "./testing/kill-moments.ts";
import { makeVideo, type MadeMedia } from "./testing/make-media.ts";
import { acceptPost, untilPublished } from "./testing/publish.ts";
import { seededRandom } from "./testing/seeded-random.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";
import { until } from "@reelay/runtime/testing";

const seed = Number(process.env["KILLS_SEED"] ?? 20_261_125);
const worker = "worker-publish";
const sizeBytes = 45_000_123;
const chunkBytes = 5_242_880;
const chunkCount = 8;
const mostTries = 30;

let on: TestStack;
let db: pg.Client;
let video: MadeMedia;
let mediaId: string;

beforeAll(async () => {
  on = await startTestStack({ processes: true, env: { TIME_SCALE: "0.05" } });
  db = new pg.Client({ connectionString: on.superuserUrl });
  await db.connect();
  video = await makeVideo(join(on.directory, "long.mp4"), sizeBytes);
  mediaId = (await on.api.upload(video.path, "video/mp4")).id;
  await until(async () => ((await on.api.get(`/api/media/${mediaId}`)).state === "ready" ? true : undefined), {
    what: "the video is ready",
    limitMs: 60_000,
  });
}, 180_000);
afterAll(async () => {
  await db?.end();
  await on?.stop();
}, 120_000);

interface Killed {
  readonly moment: KillMoment;
  /** As the platform saw it when the process was dead. */
  readonly receivedBytes: number;
  readonly acknowledgedBytes: number;
  readonly intent: boolean;
  readonly answerHeld: boolean;
  /** The worker still had something to do for this upload. */
  readonly inside: boolean;
}

/** Publishes once and kills the worker at `moment`; then lets everything go and waits for the end. */
async function publishAndKill(moment: KillMoment, name: string): Promise<Killed> {
  const { accountId, openId } = await on.connect(name);
  for (const fault of faultsFor(moment, openId)) await on.simulator.addFault(fault);
  const pid = on.stack.processes()[worker];
  const { publicationId } = await acceptPost(on.api, { accountId, mediaId, caption: name });
  await until(() => isNow(moment, openId, publicationId), { what: moment.kind, limitMs: 60_000, everyMs: 0 });
  on.stack.killProcess(worker, "SIGKILL");
  await until(() => (on.stack.processes()[worker] === pid ? undefined : true), {
    what: "the worker is dead",
    limitMs: 60_000,
    everyMs: 5,
  });

  const row = await rowOf(publicationId);
  const upload = await uploadOf(openId);
  const answerHeld = (await on.simulator.calls()).held > 0;
  const killed = {
    moment,
    receivedBytes: await receivedBytes(upload),
    acknowledgedBytes: upload?.acknowledgedBytes ?? 0,
    intent: row.intent !== null,
    answerHeld,
    inside: row.status === "uploading" || (row.status === "processing" && row.intent !== null),
  };
  await on.simulator.clearFaults();
  await on.simulator.release();
  await untilPublished(on.api, publicationId);

  const posts = (await on.simulator.posts()).filter((post) => post.openId === openId);
  expect(posts.map(({ sha256 }) => sha256)).toEqual([video.sha256]);
  const uploads = (await on.simulator.uploads()).filter((upload) => upload.openId === openId);
  expect(uploads).toHaveLength(1);
  expect(uploads[0]).toMatchObject({ chunkCount, chunkBytes });
  expect(sentAgain(uploads[0]!)).toBeLessThanOrEqual(1);
  return killed;
}

async function isNow(moment: KillMoment, openId: string, publicationId: string): Promise<true | undefined> {
  switch (moment.kind) {
    case "bytes": {
      const upload = await uploadOf(openId);
      if (!upload) return undefined;
      for (
        const deadline = Date.now() + 1_000;
        Date.now() < deadline;
        await new Promise((resolve) => setImmediate(resolve))
      ) {
        if ((await receivedBytes(upload)) >= moment.bytes) return true;
      }
      return undefined;
    }
    case "chunk answer held":
    case "last answer held":
      return (await on.simulator.calls()).held > 0 || undefined;
    case "intent":
    case "last chunk on its way":
      return (await rowOf(publicationId)).intent !== null || undefined;
  }
}

/** Of a whole upload: the file that the platform writes grows as the bytes come, also inside a chunk. */
async function receivedBytes(upload: Upload | undefined): Promise<number> {
  if (!upload) return 0;
  const path = join(on.directory, "simulator", `${upload.publishId.replaceAll(/[^A-Za-z0-9.-]/g, "_")}.mp4`);
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function uploadOf(openId: string): Promise<Upload | undefined> {
  return (await on.simulator.uploads()).find((upload) => upload.openId === openId);
}

async function rowOf(publicationId: string): Promise<{ status: string; intent: object | null }> {
  const { rows } = await db.query("select status, intent from publications where id = $1", [publicationId]);
  return rows[0];
}

/** How often bytes came (with whatever answer) that the platform had acknowledged before. */
function sentAgain({ puts }: Upload): number {
  let acknowledged = 0;
  let again = 0;
  for (const { first, last, httpStatus } of puts) {
    if (first < acknowledged) again += 1;
    if (httpStatus === 206 || httpStatus === 201) acknowledged = last + 1;
  }
  return again;
}

test("a publish worker killed at any moment of an upload: published exactly once, at most one chunk sent again", async () => {
  const kills: Killed[] = [];
  const waiting = killMoments(seededRandom(seed), { sizeBytes, chunkCount });
  for (let tries = 0; waiting.length > 0; tries += 1) {
    expect(tries).toBeLessThan(mostTries);
    const killed = await publishAndKill(waiting[0]!, `creator.${tries}`);
    if (!killed.inside) continue;
    kills.push(killed);
    waiting.shift();
  }
  process.stdout.write(`${histogram(kills)}\n`);
  expect(kills).toHaveLength(20);
  expect(kills.filter(({ intent }) => intent).length).toBeGreaterThanOrEqual(5);
  expect(kills.filter(({ intent, answerHeld }) => intent && answerHeld).length).toBeGreaterThanOrEqual(3);
  expect((await on.simulator.calls()).violations).toBe(0);
}, 900_000);

function histogram(kills: readonly Killed[]): string {
  const bar = (of: readonly Killed[]) =>
    `${"█".repeat(of.length)} ${of.length}${of.length > 0 ? `  (${of.map(({ moment }) => moment.kind).join(", ")})` : ""}`;
  const line = (name: string, of: readonly Killed[]) => `  ${name.padEnd(37)}${bar(of)}`;
  const before = kills.filter(({ intent }) => !intent);
  const after = kills.filter(({ intent }) => intent);
  return [
    `Seed ${seed}: the worker was killed at`,
    ...Array.from({ length: chunkCount }, (_, chunk) =>
      line(
        `${chunk} of ${chunkCount} chunks acknowledged`,
        before.filter(({ acknowledgedBytes }) => Math.floor(acknowledgedBytes / chunkBytes) === chunk),
      ),
    ),
    line(
      "after the intent, before the effect",
      after.filter(({ acknowledgedBytes }) => acknowledgedBytes < sizeBytes),
    ),
    line(
      "after the effect, answer held",
      after.filter((kill) => kill.answerHeld),
    ),
    line(
      "after the effect, else",
      after.filter((kill) => kill.acknowledgedBytes === sizeBytes && !kill.answerHeld),
    ),
    `  received bytes: ${kills
      .map(({ receivedBytes }) => receivedBytes)
      .toSorted((a, b) => a - b)
      .join(" ")}`,
  ].join("\n");
}
