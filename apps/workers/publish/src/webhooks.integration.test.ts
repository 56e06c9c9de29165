import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { loseAccount, newId, receiveWebhook } from "@reelay/database";
import { testRedis } from "@reelay/database/testing";
import { confirmRemoval, openQueues, sweepWebhooks } from "@reelay/jobs";
import { emptyRedis, expectEnqueued, performJob } from "@reelay/jobs/testing";
import { createTimes } from "@reelay/runtime";
import { createConfirmRemoval } from "./confirm-removal.ts";
import { createSweepWebhooks } from "./sweep-webhooks.ts";
import { createBench, testTimes, type Bench, type TestCreator, type TestPublication } from "./testing/bench.ts";
import { driveToEnd, letTimePass, runJob } from "./testing/drive.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => await bench.close());
beforeEach(() => {
  Object.assign(bench.simulator.world.settings, { reject: null, processingTakesMs: 0, statusLag: 0 });
});

/** Pauses between questions as they really are: without a webhook nothing would be asked while a test runs. */
const slow = { ...testTimes, scale: (ms: number) => ms };
const deps = () => bench.deps({ times: slow });
const row = (publication: TestPublication) => bench.row(publication.publicationId);
const questions = ({ openId }: TestCreator) =>
  bench.simulator.world.calls.filter((call) => call.openId === openId && call.endpoint === "status").length;
const handleOf = async (publication: TestPublication) => String((await row(publication))["platform_handle"]);
const begin = async (wish = {}) => await bench.publication(await bench.connect(), wish);
const uploaded = async (wish = {}) => {
  const publication = await begin(wish);
  await runJob(deps(), "advance", publication.publicationId);
  expect(await row(publication)).toMatchObject({ status: "processing", lane: "check" });
  return publication;
};
/** As the platform's delivery is stored by the API. */
async function deliver(
  { openId }: TestCreator,
  handle: string | null,
  event = "post.publish.complete",
): Promise<string> {
  const webhook = {
    platform: "tiktok",
    dedupeKey: newId(),
    event,
    externalAccountId: openId,
    handle,
    raw: Buffer.alloc(0),
  };
  const received = await receiveWebhook(bench.database, webhook);
  if (received.outcome !== "stored") throw new Error(received.outcome);
  return received.webhookId;
}
const check = (publication: TestPublication) => runJob(deps(), "check", publication.publicationId);
const isDue = async (publication: TestPublication) => Number((await row(publication)).next_at) <= Date.now();

describe("a webhook", () => {
  test("has the platform asked at once instead of at the planned time", async () => {
    const publication = await uploaded();
    expect(await isDue(publication)).toBe(false);
    await deliver(publication, await handleOf(publication));
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published", woken_by: null });
    expect(questions(publication)).toBe(1);
  });

  test("W10: that says complete of a publish that TikTok calls FAILED fails it: the platform's answer wins", async () => {
    bench.simulator.world.settings.reject = "frame_rate_check_failed";
    const publication = await uploaded();
    await deliver(publication, await handleOf(publication), "post.publish.complete");
    await check(publication);
    expect(await row(publication)).toMatchObject({
      status: "failed",
      failure: { code: "media_refused_by_platform", platformCode: "frame_rate_check_failed" },
    });
  });

  test("that says failed of a publish that TikTok calls complete publishes it", async () => {
    const publication = await uploaded();
    await deliver(publication, await handleOf(publication), "post.publish.failed");
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published" });
  });

  test("that comes too soon leaves the pauses as they were", async () => {
    bench.simulator.world.settings.processingTakesMs = 3_600_000;
    const publication = await uploaded();
    await deliver(publication, await handleOf(publication));
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "processing", woken_by: null });
    expect(await isDue(publication)).toBe(false);
    expect(questions(publication)).toBe(1);
  });

  test("whose question was not answered is asked about again, after the wait that the refusal demands", async () => {
    const publication = await uploaded();
    bench.simulator.world.addFault({
      endpoint: "status",
      openId: publication.openId,
      mode: { name: "errorBeforeEffect" },
    });
    await deliver(publication, await handleOf(publication));
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "processing", woken_by: expect.any(String) });
    expect(await isDue(publication)).toBe(false);
    await bench.db.sql("update publications set next_at = now() where id = $1", [publication.publicationId]);
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published" });
  });

  test("that comes while TikTok is being asked has it asked once more", async () => {
    const publication = await uploaded();
    bench.simulator.world.settings.statusLag = 0;
    bench.simulator.world.settings.processingTakesMs = 3_600_000;
    await bench.db.sql("update publications set next_at = now() where id = $1", [publication.publicationId]);
    const handle = await handleOf(publication);
    await deliver(publication, handle);
    const atPoint = async (name: string) => {
      if (name === "after-publish_status") await deliver(publication, handle);
    };
    await runJob(bench.deps({ times: slow, atPoint }), "check", publication.publicationId);
    expect(await isDue(publication)).toBe(true);
    bench.simulator.world.settings.processingTakesMs = 0;
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published" });
  });

  test("that comes while the last chunk is being sent is not lost", async () => {
    const publication = await begin();
    const atPoint = async (name: string) => {
      if (name === "after-upload_last_chunk") await deliver(publication, await handleOf(publication));
    };
    await runJob(bench.deps({ times: slow, atPoint }), "advance", publication.publicationId);
    expect(await isDue(publication)).toBe(true);
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published" });
    expect(questions(publication)).toBe(1);
  });

  test("that comes before the init's answer is stored is matched when it is", async () => {
    const publication = await begin();
    const atPoint = async (name: string) => {
      if (name !== "after-video_init") return;
      const [upload] = [...bench.simulator.world.uploads.values()].filter(
        ({ openId }) => openId === publication.openId,
      );
      await deliver(publication, upload?.publishId ?? "");
    };
    await runJob(bench.deps({ times: slow, atPoint }), "advance", publication.publicationId);
    const [webhook] = await bench.db.sql(
      "select matched_at is not null as matched from inbound_webhooks where handle = $1",
      [await handleOf(publication)],
    );
    expect(webhook).toEqual({ matched: true });
    expect(await isDue(publication)).toBe(true);
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published", init_count: 1 });
  });

  test("settles a last chunk whose answer was lost, by asking", async () => {
    const publication = await begin();
    bench.simulator.world.addFault({ endpoint: "upload", openId: publication.openId, mode: "dropAfterEffect" });
    await runJob(deps(), "advance", publication.publicationId);
    expect(await row(publication)).toMatchObject({ status: "processing", intent: { step: "upload_last_chunk" } });
    expect(await isDue(publication)).toBe(false);
    await deliver(publication, await handleOf(publication));
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published", intent: null, woken_by: null });
  });

  test("that says that a private post has become public brings its address", async () => {
    const publication = await begin({ privacyLevel: "SELF_ONLY" });
    await driveToEnd(bench, bench.deps(), publication.publicationId);
    expect(await row(publication)).toMatchObject({ status: "published", permalink: null, next_at: null });
    const handle = await handleOf(publication);
    bench.simulator.world.setPrivacy(handle, "PUBLIC_TO_EVERYONE");
    await deliver(publication, handle, "post.publish.publicly_available");
    await check(publication);
    const [post] = bench.simulator.world.posts.filter(({ publishId }) => publishId === handle);
    const after = await row(publication);
    expect(after).toMatchObject({ status: "published", permalink: post?.permalink, next_at: null, woken_by: null });
    await expect(deliver(publication, handle, "post.publish.no_longer_publicly_available")).resolves.toBeTruthy();
    expect(await row(publication)).toEqual(after);
  });

  test("that never comes true leaves a published post without an address as it is", async () => {
    const publication = await begin({ privacyLevel: "SELF_ONLY" });
    await driveToEnd(bench, bench.deps(), publication.publicationId);
    await deliver(publication, await handleOf(publication), "post.publish.publicly_available");
    await check(publication);
    expect(await row(publication)).toMatchObject({
      status: "published",
      permalink: null,
      next_at: null,
      woken_by: null,
    });
    expect(bench.simulator.world.posts.filter(({ openId }) => openId === publication.openId)).toHaveLength(1);
  });
});

describe("late evidence for a publication in review", () => {
  async function inReview(wish = {}) {
    const publication = await uploaded(wish);
    await bench.db.sql(
      `update publications set status = 'needs_review', next_at = null, wait_reason = null, failure = '{"code":"outcome_unknown"}' where id = $1`,
      [publication.publicationId],
    );
    return publication;
  }

  test("publishes it when the platform says so too", async () => {
    const publication = await inReview();
    await deliver(publication, await handleOf(publication));
    await check(publication);
    expect(await row(publication)).toMatchObject({
      status: "published",
      resolved_by: "platform",
      failure: null,
      woken_by: null,
    });
  });

  test("publishes one whose last chunk was in doubt", async () => {
    const publication = await begin();
    bench.simulator.world.addFault({ endpoint: "upload", openId: publication.openId, mode: "dropAfterEffect" });
    await runJob(deps(), "advance", publication.publicationId);
    await bench.db.sql("update publications set status = 'needs_review', next_at = null where id = $1", [
      publication.publicationId,
    ]);
    await deliver(publication, await handleOf(publication));
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published", intent: null });
  });

  test.each([
    ["processingTakesMs", 3_600_000],
    ["reject", "internal"],
  ])("leaves it to the person when the platform says anything else: %s", async (setting, value) => {
    Object.assign(bench.simulator.world.settings, { [setting]: value });
    const publication = await inReview();
    await deliver(publication, await handleOf(publication));
    const before = await row(publication);
    await check(publication);
    expect(await row(publication)).toMatchObject({
      status: "needs_review",
      next_at: null,
      woken_by: null,
      checkpoint: before["checkpoint"],
      failure: { code: "outcome_unknown" },
      version: before["version"],
    });
    expect(questions(publication)).toBe(1);
  });

  test("is asked for again later when the platform does not answer", async () => {
    const publication = await inReview();
    bench.simulator.world.addFault({
      endpoint: "status",
      openId: publication.openId,
      mode: { name: "errorBeforeEffect" },
    });
    await deliver(publication, await handleOf(publication));
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "needs_review", woken_by: expect.any(String) });
    expect(await isDue(publication)).toBe(false);
    await letTimePass(bench, publication.publicationId);
    await check(publication);
    expect(await row(publication)).toMatchObject({ status: "published" });
  });
});

describe("a webhook that says that the permission was withdrawn", () => {
  const handler = () =>
    createConfirmRemoval({
      ...bench.deps(),
      accounts: { lose: (loss) => loseAccount(bench.database, loss) },
    });
  const confirm = (webhookId: string) => performJob(confirmRemoval, handler(), { webhookId });
  const stateOf = async ({ accountId }: TestCreator) =>
    (await bench.db.sql("select state, state_cause from social_accounts where id = $1", [accountId]))[0];
  const isSettled = async (webhookId: string) =>
    (
      await bench.db.sql("select matched_at is not null as settled from inbound_webhooks where id = $1", [webhookId])
    )[0]?.["settled"];
  const callsOf = ({ openId }: TestCreator) =>
    bench.simulator.world.calls.filter((call) => call.openId === openId).map(({ endpoint }) => endpoint);

  test("and that is true: after one call, refused with 401, the account needs a person", async () => {
    const creator = await bench.connect();
    bench.simulator.world.revoke(creator.openId);
    const webhookId = await deliver(creator, null, "authorization.removed");
    await confirm(webhookId);
    expect(await stateOf(creator)).toEqual({ state: "needs_reconnect", state_cause: "authorization_removed" });
    expect(callsOf(creator)).toEqual(["creator_info"]);
    expect(await isSettled(webhookId)).toBe(true);
    await confirm(webhookId);
    expect(callsOf(creator)).toEqual(["creator_info"]);
  });

  test("and that is not true, or not any more, changes nothing", async () => {
    const creator = await bench.connect();
    const webhookId = await deliver(creator, null, "authorization.removed");
    await confirm(webhookId);
    expect(await stateOf(creator)).toEqual({ state: "connected", state_cause: null });
    expect(callsOf(creator)).toEqual(["creator_info"]);
    expect(await isSettled(webhookId)).toBe(true);
  });

  test("is no proof while the platform does not answer: it is asked again", async () => {
    const creator = await bench.connect();
    bench.simulator.world.addFault({
      endpoint: "creator_info",
      openId: creator.openId,
      mode: { name: "errorBeforeEffect" },
    });
    const webhookId = await deliver(creator, null, "authorization.removed");
    await expect(confirm(webhookId)).rejects.toMatchObject({ code: "platform_error" });
    expect(await isSettled(webhookId)).toBe(false);
    expect(await stateOf(creator)).toMatchObject({ state: "connected" });
  });

  test("whose job was lost is found by the sweep", async () => {
    const redis = testRedis();
    const queues = openQueues(redis);
    try {
      const creator = await bench.connect();
      const webhookId = await deliver(creator, null, "authorization.removed");
      await bench.db.sql("update inbound_webhooks set received_at = now() - interval '2 minutes' where id = $1", [
        webhookId,
      ]);
      const sweep = createSweepWebhooks({ database: bench.database, queues, times: createTimes() });
      await performJob(sweepWebhooks, sweep, {});
      await expectEnqueued(redis, confirmRemoval, { webhookId });
    } finally {
      await queues.close();
      await emptyRedis(redis);
    }
  });
});
