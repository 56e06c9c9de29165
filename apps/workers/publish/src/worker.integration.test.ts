import { until, untilDone } from "@reelay/runtime/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { beat, createNotifier, newId, resumeInstallation } from "@reelay/database";
import { testRedis } from "@reelay/database/testing";
import { advancePublication, openQueues } from "@reelay/jobs";
import { emptyRedis, expectEnqueued } from "@reelay/jobs/testing";
import { createTimes, silentLogger, type Running } from "@reelay/runtime";
import { parsePublishConfig } from "./config.ts";
import { dispatchLane, startDispatcher, type DispatcherDeps } from "./dispatcher.ts";
import { start } from "./start.ts";
import { createBench, type Bench, type Row } from "./testing/bench.ts";
import { Crash } from "./testing/drive.ts";

const redis = testRedis();
const key = Buffer.alloc(32, 7).toString("base64");
let bench: Bench;
const cleanups: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  bench = await createBench({ key: { id: "test", key: Buffer.from(key, "base64") } });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await emptyRedis(redis);
});
afterAll(async () => await bench.close());

/** Waits for a fact of the row. */
async function untilRow(publicationId: string, isSo: (row: Row) => boolean): Promise<Row> {
  let row: Row | undefined;
  const look = async () => {
    row = await bench.row(publicationId);
    return isSo(row) && row;
  };
  return await until(look).catch((error: unknown) => {
    throw new Error(`last seen: ${JSON.stringify(row)}`, { cause: error });
  });
}

const environment = (change: Record<string, string> = {}) => ({
  DATABASE_URL: bench.db.url,
  REDIS_URL: redis.url,
  REDIS_KEY_PREFIX: redis.keyPrefix,
  STORAGE_DIRECTORY: bench.storageDirectory,
  TOKEN_ENCRYPTION_KEYS: `test:${key}`,
  TIKTOK_CLIENT_KEY: bench.simulator.world.app.clientKey,
  TIKTOK_CLIENT_SECRET: bench.simulator.world.app.clientSecret,
  TIKTOK_WWW_URL: bench.simulator.wwwUrl,
  TIKTOK_API_URL: bench.simulator.apiUrl,
  TIKTOK_UPLOAD_HOSTS: new URL(bench.simulator.uploadUrl).host,
  TIME_SCALE: "0.05",
  PUBLISH_PLACES: "4",
  ...change,
});
async function startWorker(change: Record<string, string> = {}): Promise<Running> {
  const worker = await start(parsePublishConfig(environment(change)), { logger: silentLogger });
  cleanups.push(() => worker.stop());
  return worker;
}
const postsOf = ({ openId }: { openId: string }) =>
  bench.simulator.world.posts.filter((post) => post.openId === openId);

describe("a publish worker", () => {
  test("with REELAY_RECONCILE_ONLY starts nothing until somebody resumes", async () => {
    const due = await bench.publication(await bench.connect());
    await startWorker({ REELAY_RECONCILE_ONLY: "1" });
    expect(await bench.db.sql("select reconcile_only from installation")).toEqual([{ reconcile_only: true }]);
    expect((await bench.row(due.publicationId)).status).toBe("waiting");
    await resumeInstallation(bench.db.database);
    await untilRow(due.publicationId, ({ status }) => status === "published");
  });

  test("publishes what is due when it is due, and no earlier", async () => {
    await startWorker();
    const publication = await bench.publication(await bench.connect(), { dueInMs: 1_500 });
    const row = await untilRow(publication.publicationId, ({ status }) => status === "published");
    expect(postsOf(publication).map(({ sha256 }) => sha256)).toEqual([publication.sha256]);
    const [{ early } = { early: null }] = await bench.db.sql(
      "select min(e.at) < $2 as early from publication_events e where publication_id = $1 and type = 'started'",
      [publication.publicationId, row["due_at"]],
    );
    expect(early).toBe(false);
  });

  test("Redis is emptied while a publication is under way, and it is posted exactly once", async () => {
    await startWorker();
    const publication = await bench.publication(await bench.connect(), { sizeBytes: 10_485_761 });
    bench.simulator.world.addFault({ endpoint: "upload", chunk: 0, mode: "hold", openId: publication.openId });
    await bench.simulator.world.waitFor((world) => world.heldAnswers > 0, 20_000);
    expect(await emptyRedis(redis)).toBeGreaterThan(0);
    const waiting = await bench.publication(await bench.connect());
    bench.simulator.world.release();
    await untilRow(publication.publicationId, ({ status }) => status === "published");
    await untilRow(waiting.publicationId, ({ status }) => status === "published");
    expect(postsOf(publication).map(({ sha256 }) => sha256)).toEqual([publication.sha256]);
    expect(postsOf(waiting)).toHaveLength(1);
  });

  test("that stops leaves no lease and no places behind, and another goes on", async () => {
    const worker = await startWorker();
    const publication = await bench.publication(await bench.connect(), { sizeBytes: 15_728_763 });
    bench.simulator.world.addFault({ endpoint: "upload", chunk: 0, mode: "hold", openId: publication.openId });
    await bench.simulator.world.waitFor((world) => world.heldAnswers > 0, 20_000);
    const stopped = worker.stop();
    bench.simulator.world.release();
    await stopped;
    expect(await bench.row(publication.publicationId)).toMatchObject({ status: "uploading", lease_until: null });
    expect(await bench.db.sql("select 1 from workers")).toEqual([]);
    await startWorker();
    await untilRow(publication.publicationId, ({ status }) => status === "published");
    expect(
      [...bench.simulator.world.uploads.values()]
        .filter(({ openId }) => openId === publication.openId)
        .flatMap(({ puts }) => puts),
    ).toHaveLength(3);
  });

  test("with the wrong encryption keys does not start", async () => {
    await (await startWorker()).stop();
    const other = Buffer.alloc(32, 8).toString("base64");
    await expect(startWorker({ TOKEN_ENCRYPTION_KEYS: `test:${other}` })).rejects.toMatchObject({
      code: "sealed_unreadable",
    });
  });

  test("names every missing variable at once", () => {
    const parse = () => parsePublishConfig({ TIKTOK_CLIENT_KEY: "x" });
    for (const name of [
      "DATABASE_URL",
      "REDIS_URL",
      "STORAGE_DIRECTORY",
      "TOKEN_ENCRYPTION_KEYS",
      "TIKTOK_CLIENT_SECRET",
    ])
      expect(parse).toThrow(name);
  });
});

describe("the dispatcher", () => {
  async function dispatcherDeps(change: Partial<DispatcherDeps> = {}): Promise<DispatcherDeps> {
    const queues = openQueues(redis);
    cleanups.push(() => queues.close());
    const workerId = newId();
    await beat(bench.database, {
      id: workerId,
      name: "test",
      queues: ["advance-publication", "check-publication"],
      places: 5,
    });
    cleanups.push(() => bench.db.sql("delete from workers"));
    await bench.db.sql("update publications set next_at = null where status = 'published'");
    const times = createTimes();
    // Redis must be there before a producer that never waits for it can be used.
    if (!change.queues) await untilDone(() => queues.ping());
    return {
      database: bench.database,
      queues,
      times,
      logger: silentLogger,
      atPoint: async () => undefined,
      directUrl: bench.db.url,
      ...change,
    };
  }

  test("is woken by a notice long before its next look", async () => {
    const times = { ...createTimes(), dispatchTickMs: 600_000 };
    const deps = await dispatcherDeps({ times });
    const dispatcher = startDispatcher(deps);
    cleanups.push(() => dispatcher.stop());
    const notifier = createNotifier({ url: bench.db.url });
    cleanups.push(() => notifier.close());
    const isListening = async () =>
      (
        await bench.db.sql(
          "select 1 from pg_stat_activity where datname = current_database() and query ilike 'listen%'",
        )
      ).length > 0;
    await until(isListening);
    const { publicationId } = await bench.publication(await bench.connect());
    notifier.notifyDue();
    const row = await untilRow(publicationId, (row) => row["dispatch_ticket"] === 1);
    expect(row["dispatched_until"]).not.toBeNull();
    await expectEnqueued(redis, advancePublication, { publicationId });
    await bench.db.sql("update publications set next_at = now() + interval '1 day' where id = $1", [publicationId]);
  });

  test("wakes at the next due time, not at its next look", async () => {
    const { publicationId } = await bench.publication(await bench.connect(), { dueInMs: 1_000 });
    const dispatcher = startDispatcher(await dispatcherDeps({ times: { ...createTimes(), dispatchTickMs: 600_000 } }));
    cleanups.push(() => dispatcher.stop());
    await untilRow(publicationId, (row) => row["dispatch_ticket"] === 1);
    await bench.db.sql("update publications set next_at = now() + interval '1 day' where id = $1", [publicationId]);
  });

  test.each(["dispatched-advance", "enqueued-advance"])(
    "that dies at %s loses nothing: the next one hands out again",
    async (point) => {
      const { publicationId } = await bench.publication(await bench.connect());
      const atPoint = async (name: string) => {
        if (name === point) throw new Crash(name);
      };
      await expect(dispatchLane(await dispatcherDeps({ atPoint }), "advance")).rejects.toThrow(Crash);
      const deps = await dispatcherDeps();
      expect(await dispatchLane(deps, "advance")).toBe(0);
      await bench.db.sql("update publications set dispatched_until = now() - interval '1 second' where id = $1", [
        publicationId,
      ]);
      expect(await dispatchLane(deps, "advance")).toBe(1);
      await expectEnqueued(redis, advancePublication, { publicationId, ticket: 2 });
      await bench.db.sql("update publications set next_at = now() + interval '1 day' where id = $1", [publicationId]);
    },
  );

  test("without Redis fails soon and marks nothing", async () => {
    const { publicationId } = await bench.publication(await bench.connect());
    const queues = openQueues({ url: "redis://127.0.0.1:1", keyPrefix: "none" });
    cleanups.push(() => queues.close());
    const startedAt = performance.now();
    await expect(dispatchLane(await dispatcherDeps({ queues }), "advance")).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(await bench.row(publicationId)).toMatchObject({ dispatch_ticket: 0, dispatched_until: null });
  });

  test("hands out no more than there are places, less the jobs that wait", async () => {
    await bench.db.sql("update publications set next_at = now() + interval '1 day' where status = 'waiting'");
    const deps = await dispatcherDeps();
    await Promise.all(Array.from({ length: 9 }, async () => bench.publication(await bench.connect())));
    let handedOut = await dispatchLane(deps, "advance");
    handedOut += await dispatchLane(deps, "advance");
    // Five places and one more for the process.
    expect(handedOut).toBe(6);
  });
});
