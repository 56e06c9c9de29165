import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cancelPublication } from "@reelay/database";
import { createBench, testTimes, type Bench, type TestPublication } from "./testing/bench.ts";
import { driveToEnd, letTimePass, runJob } from "./testing/drive.ts";

const twoChunksBytes = 10_485_761;
let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => await bench.close());

const begin = async (wish = {}) => await bench.publication(await bench.connect(), wish);
const postsOf = ({ openId }: TestPublication) => bench.simulator.world.posts.filter((post) => post.openId === openId);
const callsOf = ({ openId }: TestPublication) => bench.simulator.world.calls.filter((call) => call.openId === openId);
const putsOf = ({ openId }: TestPublication) =>
  [...bench.simulator.world.uploads.values()].filter((one) => one.openId === openId).flatMap(({ puts }) => puts);
/** Does `work` when the worker comes to the point for the first time. */
function at(point: string, work: () => Promise<void>) {
  let isDone = false;
  return async (name: string) => {
    if (name !== point || isDone) return;
    isDone = true;
    await work();
  };
}

describe("publishing a TikTok video", () => {
  test("the bytes arrive whole and once, and the platform's word makes it published", async () => {
    const publication = await begin({ sizeBytes: 15_728_763 });
    const row = await driveToEnd(bench, bench.deps(), publication.publicationId);
    expect(row).toMatchObject({
      status: "published",
      resolved_by: "platform",
      init_count: 1,
      wait_reason: null,
      failure: null,
      next_at: null,
    });
    expect(row["bytes_sent"]).toBe("15728763");
    expect(postsOf(publication).map(({ sha256 }) => sha256)).toEqual([publication.sha256]);
    const events = await bench.db.sql<{ type: string; seq: number }>(
      "select type, seq from publication_events where publication_id = $1 order by seq",
      [publication.publicationId],
    );
    expect(events.map(({ type }) => type)).toEqual([
      "accepted",
      "started",
      "intent_saved",
      "accepted_by_platform",
      "published",
    ]);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    const [{ upload_rate } = { upload_rate: null }] = await bench.db.sql("select upload_rate from installation");
    expect(upload_rate).toBeGreaterThan(0);
  });

  test("the intent is on record, with a fresh lease, before the call that cannot be taken back", async () => {
    const publication = await begin();
    let seen: unknown;
    const atPoint = at("sending-upload_last_chunk", async () => {
      [seen] = await bench.db.sql(
        `select status, lane, wait_reason, intent->>'step' as step, lease_until > now() + interval '55 seconds' as fresh, next_at <= now() as found,
           (select count(*)::int from publication_journal j where j.publication_id = p.id and kind = 'intent') as journaled
         from publications p where id = $1`,
        [publication.publicationId],
      );
      expect(putsOf(publication)).toEqual([]);
    });
    await runJob(bench.deps({ atPoint }), "advance", publication.publicationId);
    expect(seen).toEqual({
      status: "processing",
      lane: "check",
      wait_reason: "asking_platform",
      step: "upload_last_chunk",
      fresh: true,
      found: true,
      journaled: 1,
    });
  });

  test("an init is counted before it is made", async () => {
    const publication = await begin();
    let counted = -1;
    const atPoint = at("sending-video_init", async () => {
      counted = (await bench.row(publication.publicationId)).init_count;
      expect(callsOf(publication).map(({ endpoint }) => endpoint)).toEqual(["creator_info"]);
    });
    await runJob(bench.deps({ atPoint }), "advance", publication.publicationId);
    expect(counted).toBe(1);
  });

  test("an empty budget ends the job without the call, until there is one again", async () => {
    const publication = await begin();
    await bench.db.sql(
      "insert into platform_budgets (platform, scope, endpoint, taken_at) values ('tiktok', 'account:' || $1, 'creator_info', array_fill(now() - interval '20 seconds', array[18]))",
      [publication.accountId],
    );
    await runJob(bench.deps(), "advance", publication.publicationId);
    const row = await bench.row(publication.publicationId);
    expect(row).toMatchObject({ status: "waiting", wait_reason: "budget", lease_until: null });
    const inMs = Number(row.next_at) - Date.now();
    expect(inMs).toBeGreaterThan(30_000);
    expect(inMs).toBeLessThan(41_000);
    expect(callsOf(publication)).toEqual([]);
  });

  test("a public post is published at once and its address is added when TikTok gives its id", async () => {
    const publication = await begin({ privacyLevel: "PUBLIC_TO_EVERYONE" });
    bench.simulator.world.settings.publicIdAfterReads = 2;
    try {
      let row = await driveToEnd(bench, bench.deps(), publication.publicationId);
      expect(row).toMatchObject({ status: "published", lane: "check", permalink: null });
      for (let looks = 0; row.next_at !== null && looks < 50; looks += 1) {
        await letTimePass(bench, publication.publicationId);
        await runJob(bench.deps(), "check", publication.publicationId);
        row = await bench.row(publication.publicationId);
      }
      const [post] = postsOf(publication);
      expect(row).toMatchObject({
        status: "published",
        next_at: null,
        permalink: post?.permalink,
        platform_post_id: post?.postId,
      });
    } finally {
      bench.simulator.world.settings.publicIdAfterReads = 0;
    }
  });

  test("looking for an address never undoes that it is published", async () => {
    const publication = await begin({ privacyLevel: "PUBLIC_TO_EVERYONE" });
    bench.simulator.world.settings.publicIdAfterReads = 50;
    await driveToEnd(bench, bench.deps(), publication.publicationId);
    bench.simulator.world.settings.publicIdAfterReads = 0;
    bench.simulator.world.addFault({
      endpoint: "status",
      openId: publication.openId,
      mode: { name: "refuse", code: "invalid_publish_id", httpStatus: 400 },
    });
    for (let looks = 0; (await bench.row(publication.publicationId)).next_at !== null && looks < 50; looks += 1) {
      await letTimePass(bench, publication.publicationId);
      await runJob(bench.deps(), "check", publication.publicationId);
    }
    expect(await bench.row(publication.publicationId)).toMatchObject({
      status: "published",
      failure: null,
      next_at: null,
    });
  });

  test.each([
    ["fail", "failed", "too_late"],
    ["ask", "failed", "late_decision_needed"],
    ["publish", "processing", undefined],
  ])("late by more than its policy allows: %s", async (action, status, code) => {
    const publication = await begin({ dueInMs: -120_000, latePolicy: { action, afterMs: 60_000 } });
    await runJob(bench.deps(), "advance", publication.publicationId);
    const row = await bench.row(publication.publicationId);
    expect([row.status, row.failure?.code]).toEqual([status, code]);
  });

  test("late by less than its policy allows: published", async () => {
    const publication = await begin({ dueInMs: -50_000, latePolicy: { action: "fail", afterMs: 60_000 } });
    expect(await driveToEnd(bench, bench.deps(), publication.publicationId)).toMatchObject({ status: "published" });
  });
});

describe("a person who cancels", () => {
  const cancel = ({ workspaceId, publicationId }: TestPublication) =>
    bench.database.inWorkspace(workspaceId, (tx) => cancelPublication(tx, publicationId, {}));

  test("during the upload stops the worker at its next write, and nothing appears", async () => {
    const publication = await begin({ sizeBytes: twoChunksBytes });
    const atPoint = at("sending-upload_chunk", async () => expect(await cancel(publication)).toBe("canceled"));
    await runJob(bench.deps({ atPoint }), "advance", publication.publicationId);
    expect(await bench.row(publication.publicationId)).toMatchObject({
      status: "canceled",
      checkpoint: null,
      lease_until: null,
    });
    expect(putsOf(publication)).toHaveLength(1);
    expect(postsOf(publication)).toEqual([]);
  });

  test("just before the intent is faster than it: the last chunk is not sent", async () => {
    const publication = await begin();
    const atPoint = at("before-upload_last_chunk", async () => expect(await cancel(publication)).toBe("canceled"));
    await runJob(bench.deps({ atPoint }), "advance", publication.publicationId);
    expect(await bench.row(publication.publicationId)).toMatchObject({ status: "canceled" });
    expect(putsOf(publication)).toEqual([]);
  });

  test("after the intent is too late, and it is published", async () => {
    const publication = await begin();
    const atPoint = at("sending-upload_last_chunk", async () => expect(await cancel(publication)).toBe("refused"));
    expect(await driveToEnd(bench, bench.deps({ atPoint }), publication.publicationId)).toMatchObject({
      status: "published",
    });
  });
});

describe("a stop", () => {
  test("finishes the step, gives the lease back, and another worker goes on from there", async () => {
    const publication = await begin({ sizeBytes: twoChunksBytes });
    const stopping = new AbortController();
    const atPoint = at("sending-upload_chunk", async () => stopping.abort());
    await runJob(bench.deps({ atPoint }), "advance", publication.publicationId, { stopping: stopping.signal });
    expect(await bench.row(publication.publicationId)).toMatchObject({
      status: "uploading",
      lane: "advance",
      lease_until: null,
      claims_without_progress: 0,
    });
    expect(await bench.db.sql("select slot_until from social_accounts where id = $1", [publication.accountId])).toEqual(
      [{ slot_until: null }],
    );
    await runJob(bench.deps(), "advance", publication.publicationId);
    expect(putsOf(publication).map(({ httpStatus }) => httpStatus)).toEqual([206, 201]);
  });

  test("that waits no longer cuts off a call that may be repeated, and gives the lease back", async () => {
    const publication = await begin({ sizeBytes: twoChunksBytes });
    bench.simulator.world.addFault({ endpoint: "upload", chunk: 0, mode: "hold", openId: publication.openId });
    const stop = new AbortController();
    const job = runJob(bench.deps(), "advance", publication.publicationId, {
      stopping: stop.signal,
      signal: stop.signal,
    });
    await bench.simulator.world.waitFor((world) => world.heldAnswers > 0, 10_000);
    stop.abort();
    await job;
    bench.simulator.world.release();
    expect(await bench.row(publication.publicationId)).toMatchObject({
      status: "uploading",
      lease_until: null,
      retry_count: 0,
    });
    expect(await driveToEnd(bench, bench.deps(), publication.publicationId)).toMatchObject({
      status: "published",
      init_count: 1,
    });
  });

  test("never cuts off the call that cannot be taken back", async () => {
    const publication = await begin();
    bench.simulator.world.addFault({ endpoint: "upload", chunk: "last", mode: "hold", openId: publication.openId });
    const stop = new AbortController();
    const job = runJob(bench.deps(), "advance", publication.publicationId, {
      stopping: stop.signal,
      signal: stop.signal,
    });
    await bench.simulator.world.waitFor((world) => world.heldAnswers > 0, 10_000);
    stop.abort();
    bench.simulator.world.release();
    await job;
    expect(await bench.row(publication.publicationId)).toMatchObject({
      status: "processing",
      intent: null,
      lease_until: null,
    });
  });
});

describe("a lease", () => {
  test("is renewed while a call lasts longer than it", async () => {
    const publication = await begin();
    const times = { ...testTimes, leaseMs: 1_500, renewEveryMs: 200, localDeadlineMs: 1_200 };
    bench.simulator.world.addFault({
      endpoint: "upload",
      chunk: "last",
      mode: { name: "delay", ms: 2_500 },
      openId: publication.openId,
    });
    await runJob(bench.deps({ times }), "advance", publication.publicationId);
    expect(await bench.row(publication.publicationId)).toMatchObject({ status: "processing", intent: null });
    expect(postsOf(publication)).toHaveLength(1);
  });

  test("that cannot be renewed stops the call at the local deadline, and another worker asks", async () => {
    const publication = await begin();
    const times = { ...testTimes, renewEveryMs: 60_000, localDeadlineMs: 2_000 };
    bench.simulator.world.addFault({
      endpoint: "upload",
      chunk: "last",
      mode: { name: "delay", ms: 10_000 },
      openId: publication.openId,
    });
    const startedAt = performance.now();
    await runJob(bench.deps({ times }), "advance", publication.publicationId);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect((await bench.row(publication.publicationId))["intent"]).not.toBeNull();
    expect(await driveToEnd(bench, bench.deps(), publication.publicationId)).toMatchObject({ status: "published" });
    expect(postsOf(publication)).toHaveLength(1);
  });

  test("of a worker that was frozen is over for it: it sends nothing more when it wakes", async () => {
    const publication = await begin({ sizeBytes: twoChunksBytes });
    const times = { ...testTimes, renewEveryMs: 60_000, localDeadlineMs: 3_000 };
    const atPoint = at("sending-upload_chunk", async () => {
      await driveToEnd(bench, bench.deps(), publication.publicationId);
      // Frozen until its time is over: no timer of this process has fired when it goes on.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, times.localDeadlineMs);
    });
    await runJob(bench.deps({ times, atPoint }), "advance", publication.publicationId);
    expect(putsOf(publication).map(({ httpStatus }) => httpStatus)).toEqual([206, 201]);
    expect(postsOf(publication)).toHaveLength(1);
    expect(await bench.row(publication.publicationId)).toMatchObject({ status: "published" });
  });

  test("protects the outcome while Postgres is away: it is saved when Postgres is back", async () => {
    const own = await createBench();
    try {
      const publication = await own.publication(await own.connect());
      const [{ name } = { name: "" }] = await own.db.sql<{ name: string }>("select current_database() as name");
      let back: Promise<unknown> = Promise.resolve();
      const atPoint = at("after-upload_last_chunk", async () => {
        await own.db.sql(`alter database ${name} connection limit 0`);
        await own.db.sql(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'reelay_test'",
          [name],
        );
        back = pause(300).then(() => own.db.sql(`alter database ${name} connection limit -1`));
      });
      await runJob(own.deps({ atPoint }), "advance", publication.publicationId);
      await back;
      expect(await own.row(publication.publicationId)).toMatchObject({
        status: "processing",
        intent: null,
        lease_until: null,
      });
    } finally {
      await own.close();
    }
  });
});
