import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { PostEdit } from "@reelay/contract";
import {
  cancelPublication,
  claimPublication,
  createPublicationSteps,
  loseAccount,
  newId,
  postingRows,
  readPublications,
} from "@reelay/database";
import { testDatabase, testVault, untilBlocked, type TestDatabase } from "@reelay/database/testing";
import { acceptPost } from "./accept-post.ts";
import { editPost } from "./edit-post.ts";
import { retryFailed } from "./retry-failed.ts";
import { consent, postOf, setupWorkspace, type TestWorkspace } from "./testing/setup-workspace.ts";

let opened: TestDatabase;
beforeAll(async () => {
  opened = await testDatabase();
}, 120_000);
afterAll(() => opened.close());

const by = { kind: "user", id: "u1" };
const vault = testVault();

async function setup(targets = 1, scheduledInMs = 3_600_000) {
  const space = await setupWorkspace(opened);
  const media = await space.addMedia("video", "ready");
  const accounts = [space.accountId];
  while (accounts.length < targets) accounts.push(await space.addAccount());
  const scheduledAt = scheduledInMs === 0 ? null : new Date(Date.now() + scheduledInMs);
  const { workspaceId } = space;
  const { answer } = await opened.database.inWorkspace(workspaceId, (tx) =>
    acceptPost(postingRows(tx), { workspaceId, by, request: postOf(media.id, accounts, { scheduledAt }) }),
  );
  const ids = answer.publications.map(({ id }) => id);
  const [first = ""] = ids;
  return { space, media, accounts, postId: answer.id, ids, first };
}

const edit = (space: TestWorkspace, postId: string, change: PostEdit) =>
  opened.database.inWorkspace(space.workspaceId, (tx) =>
    editPost(postingRows(tx), { workspaceId: space.workspaceId, by, postId, edit: change }),
  );
const read = async (space: TestWorkspace, id: string) => {
  const [row] = await opened.database.inWorkspace(space.workspaceId, (tx) => readPublications(tx, { ids: [id] }));
  if (!row) throw new Error("no publication");
  return row;
};
const claim = (id: string) =>
  claimPublication(opened.database, {
    publicationId: id,
    lane: "advance",
    ownerId: newId(),
    leaseMs: 60_000,
    probeEveryMs: 1_000,
  });

describe("editing", () => {
  test("rescheduling needs no new consent, and takes the work from whoever thought it had it", async () => {
    const { space, postId, first } = await setup();
    const before = await read(space, first);
    const wakeups = await edit(space, postId, { scheduledAt: null });
    const after = await read(space, first);
    expect(wakeups.due).toBe(true);
    expect(after).toMatchObject({ status: "waiting", version: 2, consentDigest: before.consentDigest, consent });
    const tokens = await opened.sql<{ lease_token: number }>("select lease_token from publications where id = $1", [
      first,
    ]);
    expect(tokens[0]?.lease_token).toBe(1);
  });

  test("of a lost account, the time to give up moves with the due time", async () => {
    const { space, postId, first } = await setup(1, 3_600_000);
    await loseAccount(opened.database, {
      accountId: space.accountId,
      cause: "token_revoked",
      ifVersion: 1,
      patienceMs: 7 * 86_400_000,
    });
    const givesUpAfterMs = async () => {
      const [row] = await opened.sql<{ ms: number }>(
        "select extract(epoch from give_up_at - due_at)::float8 * 1000 as ms from publications where id = $1",
        [first],
      );
      return row?.ms;
    };
    expect(await givesUpAfterMs()).toBe(7 * 86_400_000);
    await edit(space, postId, { scheduledAt: new Date(Date.now() + 20 * 86_400_000) });
    expect(await givesUpAfterMs()).toBe(7 * 86_400_000);
  });

  test("another caption needs a consent in the same request", async () => {
    const { space, postId, first, accounts } = await setup();
    await expect(edit(space, postId, { caption: "new" })).rejects.toMatchObject({ code: "consent_required" });
    expect((await read(space, first)).caption).toBe("Été à Lyon #lyon");
    await edit(space, postId, { caption: "new", targets: accounts.map((accountId) => ({ accountId, consent })) });
    expect(await read(space, first)).toMatchObject({ caption: "new", status: "scheduled" });
  });

  test("another media needs a consent and is converted first", async () => {
    const { space, postId, first, accounts } = await setup();
    const image = await space.addMedia("image", "ready");
    await expect(edit(space, postId, { media: [image.id] })).rejects.toMatchObject({ code: "consent_required" });
    const wakeups = await edit(space, postId, {
      media: [image.id],
      targets: accounts.map((accountId) => ({ accountId, consent })),
    });
    expect(wakeups.convert).toHaveLength(1);
    expect(await read(space, first)).toMatchObject({ status: "preparing", mediaIds: [image.id] });
  });

  test("one begun target refuses the edit of all, by name, and none is changed", async () => {
    const { space, postId, ids, first } = await setup(2, 0);
    expect(await claim(first)).not.toBeNull();
    const failure = edit(space, postId, { scheduledAt: new Date(Date.now() + 60_000) });
    await expect(failure).rejects.toMatchObject({
      code: "already_started",
      details: { errors: [{ path: `publications.${first}` }] },
    });
    for (const id of ids) expect((await read(space, id)).version).toBe(1);
  });

  test("only the named target is concerned when the post itself stays", async () => {
    const { space, postId, ids, first, accounts } = await setup(2, 0);
    const [, second = ""] = ids;
    expect(await claim(first)).not.toBeNull();
    await edit(space, postId, { targets: [{ accountId: accounts[1] ?? "", caption: "only here", consent }] });
    expect(await read(space, second)).toMatchObject({ caption: "only here" });
    expect(await read(space, first)).toMatchObject({ caption: "Été à Lyon #lyon" });
  });

  test("a target that is not of the post, and a foreign post, are not found", async () => {
    const { space, postId } = await setup();
    await expect(edit(space, postId, { targets: [{ accountId: newId() }] })).rejects.toMatchObject({
      code: "not_found",
    });
    const other = await setup();
    await expect(edit(space, other.postId, { scheduledAt: null })).rejects.toMatchObject({ code: "not_found" });
  });

  test("a canceled target is left as it is", async () => {
    const { space, postId, ids, first } = await setup(2);
    await opened.database.inWorkspace(space.workspaceId, (tx) => cancelPublication(tx, first, {}));
    await edit(space, postId, { scheduledAt: null });
    expect(await read(space, first)).toMatchObject({ status: "canceled" });
    expect(await read(space, ids[1] ?? "")).toMatchObject({ status: "waiting" });
  });

  test("of an edit and a claim at the same time exactly one wins", async () => {
    for (let round = 0; round < 8; round++) {
      const { space, postId, first } = await setup(1, 0);
      const later = new Date(Date.now() + 3_600_000);
      const [claimed, edited] = await Promise.all([
        claim(first),
        edit(space, postId, { scheduledAt: later }).then(
          () => true,
          (error: { code: string }) => {
            expect(error.code).toBe("already_started");
            return false;
          },
        ),
      ]);
      expect(claimed !== null).not.toBe(edited);
    }
  });
});

describe("canceling", () => {
  test("of a cancel and a saved intent at the same time exactly one wins", async () => {
    const steps = createPublicationSteps({ database: opened.database, vault });
    const outcomes = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const { space, first } = await setup(1, 0);
      const claimed = await claim(first);
      if (!claimed) throw new Error("not claimed");
      const started = await steps.write({ ...claimed, holdsSlot: true }, { event: { type: "started" }, change: {} });
      const saveIntent = () =>
        steps.write(started, {
          event: { type: "intent_saved" },
          change: { lane: "check", nextInMs: 1_000, waitReason: "asking_platform", intent: { step: "last-chunk" } },
        });
      const cancel = () => opened.database.inWorkspace(space.workspaceId, (tx) => cancelPublication(tx, first, {}));
      const [intended, canceled] = await Promise.all([
        saveIntent().then(
          () => true,
          (error: Error) => {
            expect(error.name).toBe("LeaseLost");
            return false;
          },
        ),
        cancel(),
      ]);
      expect(intended).toBe(canceled === "refused");
      expect((await read(space, first)).status).toBe(intended ? "processing" : "canceled");
      outcomes.add(canceled);
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });

  test("a canceled publication gives lease and slot back, and its worker can write no more", async () => {
    const { space, first } = await setup(1, 0);
    const steps = createPublicationSteps({ database: opened.database, vault });
    const claimed = await claim(first);
    if (!claimed) throw new Error("not claimed");
    expect(await opened.database.inWorkspace(space.workspaceId, (tx) => cancelPublication(tx, first, {}))).toBe(
      "canceled",
    );
    await expect(
      steps.write({ ...claimed, holdsSlot: true }, { event: { type: "started" }, change: {} }),
    ).rejects.toMatchObject({ name: "LeaseLost" });
    const [account] = await opened.sql("select slot_publication_id from social_accounts where id = $1", [
      space.accountId,
    ]);
    expect(account).toEqual({ slot_publication_id: null });
    expect(await opened.database.inWorkspace(space.workspaceId, (tx) => cancelPublication(tx, first, {}))).toBe(
      "already",
    );
  });
});

describe("retrying", () => {
  const retry = (space: TestWorkspace, publicationId: string) =>
    opened.database.inWorkspace(space.workspaceId, (tx) =>
      retryFailed(postingRows(tx), { workspaceId: space.workspaceId, by, publicationId }),
    );
  const failed = async () => {
    const made = await setup(1, 0);
    await opened.sql(
      `update publications set status = 'failed', next_at = null, checkpoint = 'sealed', init_count = 3, bytes_sent = 7, claims_without_progress = 8,
         retry_count = 4, failing_since = now(), failure = '{"code":"upload_expired"}' where id = $1`,
      [made.first],
    );
    return made;
  };

  test("a failed publication begins from the first step", async () => {
    const { space, first } = await failed();
    expect(await retry(space, first)).toEqual({ convert: [], due: true });
    expect(await read(space, first)).toMatchObject({
      status: "waiting",
      hasCheckpoint: false,
      failure: null,
      bytesSent: 0,
    });
    const [row] = await opened.sql(
      "select init_count, claims_without_progress, retry_count, failing_since, lane from publications where id = $1",
      [first],
    );
    expect(row).toEqual({
      init_count: 0,
      claims_without_progress: 0,
      retry_count: 0,
      failing_since: null,
      lane: "advance",
    });
  });

  test("a failed conversion is started anew with it", async () => {
    const { space, first } = await failed();
    await opened.sql(
      "update media set kind = 'image', probe = jsonb_set(probe, '{kind}', '\"image\"') where workspace_id = $1",
      [space.workspaceId],
    );
    await opened.sql("update renditions set state = 'failed', tries = 3 where workspace_id = $1", [space.workspaceId]);
    const { convert } = await retry(space, first);
    expect(convert).toHaveLength(1);
    expect(await read(space, first)).toMatchObject({ status: "preparing" });
    expect(await opened.sql("select state, tries from renditions where id = $1", [convert[0]])).toEqual([
      { state: "queued", tries: 0 },
    ]);
  });

  test("two retries at once begin it once", async () => {
    const { space, first } = await failed();
    const results = await Promise.allSettled([retry(space, first), retry(space, first)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await read(space, first)).version).toBe(2);
  });

  test("an account that is lost meanwhile is noticed, and nothing is begun", async () => {
    const { space, first } = await failed();
    let lose: () => void = () => undefined;
    const decided = new Promise<void>((resolve) => (lose = resolve));
    let locked: () => void = () => undefined;
    const holding = new Promise<void>((resolve) => (locked = resolve));
    const losing = opened.database.asSystem(async (tx) => {
      await tx.$executeRaw`update social_accounts set state = 'needs_reconnect' where id = ${space.accountId}::uuid`;
      locked();
      await decided;
    });
    await holding;
    const retried = retry(space, first);
    retried.catch(() => undefined);
    await untilBlocked(opened);
    lose();
    await losing;
    await expect(retried).rejects.toMatchObject({ code: "account_not_connected" });
    expect(await read(space, first)).toMatchObject({ status: "failed", version: 1 });
  });

  test("what is not failed, or has lost its account, is not retried", async () => {
    const { space, first } = await setup(1, 0);
    await expect(retry(space, first)).rejects.toMatchObject({ code: "not_retryable" });
    const lost = await failed();
    await opened.sql("update social_accounts set state = 'needs_reconnect' where id = $1", [lost.space.accountId]);
    await expect(retry(lost.space, lost.first)).rejects.toMatchObject({ code: "account_not_connected" });
  });
});
