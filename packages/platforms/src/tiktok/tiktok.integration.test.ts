import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { createTimes } from "@reelay/runtime";
import { createSimulator, type Simulator } from "@reelay/simulator";
import { describePlatform, type PlatformBench } from "../conformance.ts";
import { testFacts } from "../testing/facts.ts";
import { walk, type WalkOptions } from "../testing/walk.ts";
import { createTiktok } from "./create-tiktok.ts";

type Bench = PlatformBench & { readonly simulator: Simulator };

async function setup(redirectUri: string): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), "reelay-platforms-"));
  const simulator = await createSimulator({
    directory,
    autoConsent: true,
    mediaCheck: false,
    app: { redirectUris: [redirectUri], liftLimits: true },
  });
  const { world } = simulator;
  const bytes = randomBytes(11_000_123);
  return {
    simulator,
    platform: createTiktok({
      clientKey: world.app.clientKey,
      clientSecret: world.app.clientSecret,
      wwwUrl: simulator.wwwUrl,
      apiUrl: simulator.apiUrl,
      uploadHosts: [new URL(simulator.uploadUrl).host],
      times: createTimes(),
    }),
    async authorize(url) {
      const answer = await fetch(url, { redirect: "manual" });
      return new URL(answer.headers.get("location") ?? "http://nowhere.test").searchParams;
    },
    facts: (bytes) => testFacts({ now: new Date(), media: { ...testFacts().media, sizeBytes: bytes.length } }),
    bytes,
    lose(call, when) {
      const mode = when === "after_effect" ? "dropAfterEffect" : "dropBeforeEffect";
      world.addFault(call === "refresh" ? { endpoint: "token", mode } : { endpoint: "upload", chunk: "last", mode });
    },
    posts: async () => world.posts.map(({ sha256 }) => sha256),
    async close() {
      await simulator.close();
      await rm(directory, { recursive: true });
    },
  };
}

describePlatform("tiktok", setup);

describe("TikTok against the simulator", () => {
  async function withBench(use: (bench: Bench, start: WalkOptions) => Promise<void>): Promise<void> {
    const bench = await setup("http://127.0.0.1:1/callback");
    const [account] = bench.simulator.world.accounts.values();
    const { accessToken } = bench.simulator.world.grant(account!.openId);
    const { platform, bytes } = bench;
    try {
      await use(bench, { platform, bytes, accessToken, facts: bench.facts(bytes) });
    } finally {
      await bench.close();
    }
  }

  test("a public post's 19-digit id is found although it comes late, and makes the address of its page", () =>
    withBench(async ({ simulator }, start) => {
      simulator.world.settings.publicIdAfterReads = 2;
      let { facts, done } = await walk(start);
      for (let looks = 0; done?.status === "published" && done.lookAgainMs !== null && looks < 20; looks += 1) {
        const now = new Date(facts.now.getTime() + done.lookAgainMs);
        ({ facts, done } = await walk({ ...start, facts: { ...facts, now } }));
      }
      const [post] = simulator.world.posts;
      expect(done).toMatchObject({
        lookAgainMs: null,
        result: { platformPostId: post?.postId, permalink: post?.permalink },
      });
      expect(post?.postId).toMatch(/^\d{19}$/);
    }));

  test("a status that lags behind what happened is asked again, and nothing is sent twice", () =>
    withBench(async ({ simulator }, start) => {
      simulator.world.settings.statusLag = 7;
      const { done, calls } = await walk(start);
      expect(done).toMatchObject({ status: "published" });
      expect(calls.filter((call) => call === "publish_status").length).toBeGreaterThan(7);
      expect(simulator.world.posts).toHaveLength(1);
    }));

  test("a post that TikTok never finishes is handed to a person after a day", () =>
    withBench(async ({ simulator }, start) => {
      simulator.world.settings.stuckForever = true;
      const walked = await walk({
        ...start,
        crashAfter: (_, calls) => calls.at(-1) === "publish_status" && calls.length > 8,
      });
      const now = new Date(walked.facts.now.getTime() + 25 * 60 * 60_000);
      const { done } = await walk({ ...start, facts: { ...walked.facts, now } });
      expect(done).toMatchObject({ status: "needs_review", failure: { code: "outcome_unknown" } });
    }));

  test("a file that TikTok rejects after the upload fails with its reason", () =>
    withBench(async ({ simulator }, start) => {
      simulator.world.settings.reject = "frame_rate_check_failed";
      const { done } = await walk(start);
      expect(done).toMatchObject({
        status: "failed",
        failure: { code: "media_refused_by_platform", details: { platformCode: "frame_rate_check_failed" } },
      });
    }));

  test("a failure of TikTok's own leads to a second upload and one visible post", () =>
    withBench(async ({ simulator }, start) => {
      simulator.world.settings.reject = "internal";
      const { done, facts } = await walk(start);
      expect(done).toMatchObject({ status: "published" });
      expect(facts.initCount).toBe(2);
      expect(simulator.world.posts.filter(({ status }) => status === "posted")).toHaveLength(1);
    }));

  test("an upload whose address has died begins again", () =>
    withBench(async ({ simulator }, start) => {
      simulator.world.addFault({
        endpoint: "upload",
        chunk: 0,
        mode: { name: "refuse", code: "expired", httpStatus: 403 },
      });
      const { done, facts } = await walk(start);
      expect(done).toMatchObject({ status: "published" });
      expect(facts.initCount).toBe(2);
      expect(simulator.world.posts).toHaveLength(1);
    }));

  test.each(["dropAfterEffect", "dropBeforeEffect"] as const)(
    "a chunk whose answer is lost (%s) goes on where TikTok stands",
    (mode) =>
      withBench(async ({ simulator }, start) => {
        simulator.world.addFault({ endpoint: "upload", chunk: 0, mode });
        const { done, facts } = await walk(start);
        expect(done).toMatchObject({ status: "published" });
        expect(facts.initCount).toBe(1);
        expect(simulator.world.violations).toBe(0);
      }),
  );

  test.each([
    ["a cap", "spam_risk_too_many_posts", "creator_cap_reached"],
    ["a ban", "spam_risk_user_banned_from_posting", "creator_banned"],
    ["the app's own cap", "reached_active_user_cap", "app_user_cap_reached"],
  ])("%s is told before anything is sent", (_, blockedBy, code) =>
    withBench(async ({ simulator }, start) => {
      for (const account of simulator.world.accounts.values()) account.blockedBy = blockedBy;
      await expect(walk(start)).rejects.toMatchObject({ code });
      expect(simulator.world.uploads.size).toBe(0);
    }),
  );

  test("what the creator has switched off since is off in the post", () =>
    withBench(async ({ simulator }, start) => {
      for (const account of simulator.world.accounts.values()) account.commentDisabled = true;
      await walk(start);
      expect(simulator.world.posts[0]?.postInfo).toMatchObject({ disable_comment: true, title: "A caption #test" });
    }));

  test("a visibility that the account no longer offers fails before anything is sent", () =>
    withBench(async ({ simulator }, start) => {
      for (const account of simulator.world.accounts.values()) account.isPrivate = true;
      const { done } = await walk(start);
      expect(done).toMatchObject({ status: "failed", failure: { code: "privacy_level_not_offered" } });
      expect(simulator.world.uploads.size).toBe(0);
    }));

  test("TikTok's error texts may echo the token; our failures do not", () =>
    withBench(async ({ simulator }, start) => {
      const mode = { name: "refuse", code: "invalid_params", message: "bad {token} here" } as const;
      simulator.world.addFault({ endpoint: "creator_info", mode });
      const failure = (await walk(start).catch((error: unknown) => error)) as Error & { details: object };
      expect(failure.message).toContain("here");
      const said = JSON.stringify(failure.details) + failure.stack;
      for (const part of start.accessToken.split(/[.!]/).filter(({ length }) => length > 3))
        expect(said).not.toContain(part);
    }));
});
