import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FaultInput } from "@reelay/simulator";
import { createBench, type Bench, type TestPublication } from "./testing/bench.ts";
import { driveToEnd, letTimePass, runJob } from "./testing/drive.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => await bench.close());

const refuse = (endpoint: "creator_info" | "video_init" | "status", code: string, httpStatus = 403): FaultInput => ({
  endpoint,
  mode: { name: "refuse", code, httpStatus },
});
async function withFaults(faults: readonly FaultInput[], wish = {}): Promise<TestPublication> {
  const creator = await bench.connect();
  for (const fault of faults) bench.simulator.world.addFault({ ...fault, openId: creator.openId });
  return await bench.publication(creator, wish);
}
const advance = async ({ publicationId }: TestPublication) => {
  await runJob(bench.deps(), "advance", publicationId);
  return await bench.row(publicationId);
};
const check = async ({ publicationId }: TestPublication) => {
  await letTimePass(bench, publicationId);
  await runJob(bench.deps(), "check", publicationId);
  return await bench.row(publicationId);
};
/** Uploaded whole; the next job asks for its status. */
async function uploaded(faults: readonly FaultInput[] = []): Promise<TestPublication> {
  const publication = await withFaults(faults);
  expect(await advance(publication)).toMatchObject({ status: "processing", lane: "check" });
  return publication;
}
const accountOf = async ({ accountId }: TestPublication) =>
  (await bench.db.sql("select state, state_cause from social_accounts where id = $1", [accountId]))[0];
const holdsOf = async (failureCode: string) =>
  await bench.db.sql("select scope, account_id from platform_holds where failure_code = $1", [failureCode]);
const uploadsOf = ({ openId }: TestPublication) =>
  [...bench.simulator.world.uploads.values()].filter((one) => one.openId === openId);
const given = { lease_until: null, lease_owner: null };

describe("a call that fails, by who has to act", () => {
  test("nobody: it waits and goes on by itself", async () => {
    const publication = await withFaults([{ endpoint: "creator_info", mode: { name: "errorBeforeEffect" } }]);
    const row = await advance(publication);
    expect(row).toMatchObject({
      ...given,
      status: "waiting",
      wait_reason: "backoff",
      retry_count: 1,
      failure: { code: "platform_error" },
    });
    expect(row["failing_since"]).not.toBeNull();
    expect(await driveToEnd(bench, bench.deps(), publication.publicationId)).toMatchObject({
      status: "published",
      retry_count: 0,
      failing_since: null,
      failure: null,
    });
  });

  test("nobody, for longer than our patience: failed, and the operator hears why", async () => {
    const publication = await withFaults([{ endpoint: "creator_info", mode: { name: "errorBeforeEffect" }, times: 2 }]);
    await advance(publication);
    await bench.db.sql("update publications set failing_since = now() - interval '2 minutes' where id = $1", [
      publication.publicationId,
    ]);
    await letTimePass(bench, publication.publicationId);
    expect(await advance(publication)).toMatchObject({
      status: "failed",
      next_at: null,
      failure: { code: "platform_patience_exhausted", cause: { code: "platform_error" } },
    });
  });

  test("creator: failed, saying what to do", async () => {
    const row = await advance(await withFaults([refuse("video_init", "privacy_level_option_mismatch")]));
    expect(row).toMatchObject({
      ...given,
      status: "failed",
      next_at: null,
      init_count: 0,
      failure: { code: "privacy_level_not_offered", platformCode: "privacy_level_option_mismatch" },
    });
  });

  test("maintainer: failed while nothing can have happened", async () => {
    const row = await advance(await withFaults([refuse("video_init", "invalid_params", 400)]));
    expect(row).toMatchObject({ status: "failed", failure: { code: "platform_refused_request" } });
  });

  test("maintainer, once it was sent: a person looks, never failed", async () => {
    const row = await check(await uploaded([refuse("status", "invalid_publish_id", 400)]));
    expect(row).toMatchObject({
      ...given,
      status: "needs_review",
      next_at: null,
      failure: { code: "outcome_unknown", cause: { code: "platform_refused_request" } },
    });
  });

  test("operator: a hold of the account, and it waits; when a probe succeeds the hold is gone", async () => {
    const publication = await withFaults([refuse("video_init", "unaudited_client_can_only_post_to_private_accounts")]);
    expect(await advance(publication)).toMatchObject({
      ...given,
      status: "waiting",
      wait_reason: "hold",
      failure: { code: "app_unaudited" },
    });
    expect(await holdsOf("app_unaudited")).toEqual([{ scope: "account", account_id: publication.accountId }]);
    await letTimePass(bench, publication.publicationId);
    await advance(publication);
    expect(uploadsOf(publication)).toEqual([]);
    await bench.db.sql("update platform_holds set next_probe_at = now() - interval '1 second' where account_id = $1", [
      publication.accountId,
    ]);
    await advance(publication);
    expect(await holdsOf("app_unaudited")).toEqual([]);
    expect(await driveToEnd(bench, bench.deps(), publication.publicationId)).toMatchObject({ status: "published" });
  });

  test("a creator's daily cap: it waits as such, and the account's other posts with it", async () => {
    const publication = await withFaults([refuse("creator_info", "spam_risk_too_many_posts")]);
    expect(await advance(publication)).toMatchObject({
      status: "waiting",
      wait_reason: "cap",
      failure: { code: "creator_cap_reached" },
    });
    const other = await bench.publication(publication);
    await advance(other);
    expect(uploadsOf(other)).toEqual([]);
  });

  test("a hold while the platform has it leaves it processing", async () => {
    const row = await check(await uploaded([refuse("status", "reached_active_user_cap")]));
    expect(row).toMatchObject({ ...given, status: "processing", lane: "check", wait_reason: "hold" });
    await bench.db.sql("delete from platform_holds where scope = 'app'");
  });

  test("what is no classified failure writes nothing: the lease runs out", async () => {
    const publication = await withFaults([]);
    const broken = async () => {
      throw new TypeError("a defect of ours");
    };
    await expect(runJob(bench.deps({ accessToken: broken }), "advance", publication.publicationId)).rejects.toThrow(
      TypeError,
    );
    const row = await bench.row(publication.publicationId);
    expect(row).toMatchObject({ status: "waiting", claims_without_progress: 1 });
    expect(row.lease_until).not.toBeNull();
  });
});

describe("a token that the platform refuses", () => {
  test("is refreshed once, by the version refused, and the same call is made again", async () => {
    const publication = await withFaults([]);
    bench.simulator.world.expireAccessTokens(publication.openId);
    expect(await advance(publication)).toMatchObject({ status: "processing", init_count: 1 });
    expect(await bench.db.sql("select version from grants where account_id = $1", [publication.accountId])).toEqual([
      { version: 2 },
    ]);
  });

  test("during a status read never leads to another upload", async () => {
    const publication = await uploaded();
    bench.simulator.world.expireAccessTokens(publication.openId);
    await check(publication);
    expect(await driveToEnd(bench, bench.deps(), publication.publicationId)).toMatchObject({
      status: "published",
      init_count: 1,
    });
    expect(uploadsOf(publication)).toHaveLength(1);
  });

  test("during an init counts no init", async () => {
    const publication = await withFaults([refuse("video_init", "access_token_invalid", 401)]);
    expect(await advance(publication)).toMatchObject({ status: "processing", init_count: 1 });
  });

  test("and again right after the refresh: the account must be reconnected, the publication waits for it", async () => {
    const publication = await withFaults([{ ...refuse("creator_info", "access_token_invalid", 401), times: 2 }]);
    expect(await advance(publication)).toMatchObject({
      ...given,
      status: "waiting",
      wait_reason: "account_needs_reconnect",
      init_count: 0,
    });
    expect(await accountOf(publication)).toMatchObject({ state: "needs_reconnect", state_cause: "refused_again" });
  });

  test("whose grant the creator has withdrawn: the account must be reconnected", async () => {
    const publication = await withFaults([]);
    bench.simulator.world.revoke(publication.openId);
    const row = await advance(publication);
    expect(row).toMatchObject({ status: "waiting", wait_reason: "account_needs_reconnect" });
    expect(row["give_up_at"]).not.toBeNull();
    expect(await accountOf(publication)).toMatchObject({ state: "needs_reconnect", state_cause: "token_revoked" });
  });

  test("for want of a scope: the account must be reconnected, with that cause", async () => {
    const publication = await withFaults([refuse("video_init", "scope_not_authorized", 401)]);
    expect(await advance(publication)).toMatchObject({
      status: "waiting",
      wait_reason: "account_needs_reconnect",
      init_count: 0,
      failure: { code: "scope_missing" },
    });
    expect(await accountOf(publication)).toMatchObject({ state: "needs_reconnect", state_cause: "scope_missing" });
  });
});

describe("an init", () => {
  test("that may have happened counts, and there are three at most", async () => {
    const publication = await withFaults([{ endpoint: "video_init", mode: { name: "errorAfterEffect" }, times: 9 }]);
    const row = await driveToEnd(bench, bench.deps(), publication.publicationId);
    expect(row).toMatchObject({ status: "failed", init_count: 3, failure: { code: "too_many_inits" } });
    expect(uploadsOf(publication)).toHaveLength(3);
  });

  test("that the platform itself refused, or that never left, does not count", async () => {
    const publication = await withFaults([{ ...refuse("video_init", "rate_limit_exceeded", 429), times: 4 }]);
    expect(await advance(publication)).toMatchObject({ status: "waiting", wait_reason: "backoff", init_count: 0 });
    expect(await driveToEnd(bench, bench.deps(), publication.publicationId)).toMatchObject({
      status: "published",
      init_count: 1,
    });
  });
});

describe("the last chunk", () => {
  const last = (mode: FaultInput["mode"], times = 1): FaultInput => ({
    endpoint: "upload",
    chunk: "last",
    mode,
    times,
  });

  test("lost before it arrived is sent again under the same publish id", async () => {
    const publication = await withFaults([last("dropBeforeEffect")]);
    expect(await advance(publication)).toMatchObject({
      ...given,
      status: "processing",
      lane: "check",
      wait_reason: "asking_platform",
    });
    const row = await driveToEnd(bench, bench.deps(), publication.publicationId);
    expect(row).toMatchObject({ status: "published", init_count: 1 });
    expect(uploadsOf(publication)).toHaveLength(1);
    const kinds = await bench.db.sql<{ kind: string }>(
      "select kind from publication_journal where publication_id = $1 order by at, id",
      [publication.publicationId],
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(["answer", "intent", "in_doubt", "verdict", "intent", "answer"]);
  });

  test("refused by the platform's own answer is no doubt", async () => {
    const publication = await withFaults([last({ name: "refuse", code: "", httpStatus: 400 })]);
    expect(await advance(publication)).toMatchObject({
      ...given,
      status: "failed",
      intent: null,
      failure: { code: "platform_refused_request" },
    });
  });

  test.each([403, 404, 416, 429])("answered %i is a doubt: it is asked, never sent blindly", async (httpStatus) => {
    const publication = await withFaults([last({ name: "refuse", code: "", httpStatus })]);
    expect(await advance(publication)).toMatchObject({
      status: "processing",
      lane: "check",
      wait_reason: "asking_platform",
    });
    expect(await driveToEnd(bench, bench.deps(), publication.publicationId)).toMatchObject({
      status: "published",
      init_count: 1,
    });
  });

  test("about which nobody answers for a day: a person looks", async () => {
    const publication = await withFaults([
      last("dropAfterEffect"),
      { endpoint: "status", mode: { name: "errorBeforeEffect" }, times: 9 },
    ]);
    await advance(publication);
    expect(await check(publication)).toMatchObject({
      status: "processing",
      wait_reason: "asking_platform",
      retry_count: 1,
    });
    await bench.db.sql("update publications set failing_since = now() - interval '2 minutes' where id = $1", [
      publication.publicationId,
    ]);
    const row = await check(publication);
    expect(row).toMatchObject({
      ...given,
      status: "needs_review",
      next_at: null,
      failure: { code: "outcome_unknown" },
    });
    expect(row["intent"]).not.toBeNull();
  });

  test("that TikTok refuses to know about for a day: a person looks, after one more question", async () => {
    const publication = await withFaults([last("dropBeforeEffect")]);
    await advance(publication);
    await bench.db.sql(
      "update publications set intent = intent || jsonb_build_object('sentAt', '2026-01-01T00:00:00.000Z', 'answerBy', to_char(now() at time zone 'utc' + interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')) where id = $1",
      [publication.publicationId],
    );
    const reads = bench.simulator.world.calls.filter(
      ({ endpoint, openId }) => endpoint === "status" && openId === publication.openId,
    ).length;
    expect(await check(publication)).toMatchObject({ status: "needs_review", failure: { code: "outcome_unknown" } });
    expect(
      bench.simulator.world.calls.filter(
        ({ endpoint, openId }) => endpoint === "status" && openId === publication.openId,
      ),
    ).toHaveLength(reads + 1);
  });
});

describe("claims that save nothing", () => {
  test.each([
    ["failed", "waiting", "advance", "no_progress"],
    ["needs_review", "processing", "check", "outcome_unknown"],
  ] as const)("the ninth gives up: %s when it was %s", async (becomes, status, lane, code) => {
    const publication = await withFaults([]);
    await bench.db.sql("update publications set claims_without_progress = 8, status = $2, lane = $3 where id = $1", [
      publication.publicationId,
      status,
      lane,
    ]);
    await runJob(bench.deps(), lane, publication.publicationId);
    expect(await bench.row(publication.publicationId)).toMatchObject({
      status: becomes,
      next_at: null,
      failure: { code },
    });
  });

  test("waiting in order is progress", async () => {
    const publication = await withFaults([{ endpoint: "creator_info", mode: { name: "errorBeforeEffect" } }]);
    await bench.db.sql("update publications set claims_without_progress = 5 where id = $1", [
      publication.publicationId,
    ]);
    expect(await advance(publication)).toMatchObject({ status: "waiting", claims_without_progress: 0 });
  });
});

test("a processed video that TikTok rejects is failed with TikTok's reason", async () => {
  const publication = await withFaults([]);
  bench.simulator.world.settings.reject = "frame_rate_check_failed";
  const row = await driveToEnd(bench, bench.deps(), publication.publicationId);
  expect(row).toMatchObject({
    status: "failed",
    checkpoint: null,
    failure: { code: "media_refused_by_platform", platformCode: "frame_rate_check_failed" },
  });
});

test("a publish that failed for TikTok's own reasons is begun anew", async () => {
  const publication = await withFaults([]);
  bench.simulator.world.settings.reject = "internal";
  const row = await driveToEnd(bench, bench.deps(), publication.publicationId);
  expect(row).toMatchObject({ status: "published", init_count: 2 });
});

test("bytes that are missing from storage are found out before anything is begun", async () => {
  const publication = await bench.publication(await bench.connect(), { storageKey: "renditions/lost.mp4" });
  expect(await advance(publication)).toMatchObject({ status: "failed", failure: { code: "media_bytes_missing" } });
  expect(bench.simulator.world.calls.filter(({ openId }) => openId === publication.openId)).toEqual([]);
});
