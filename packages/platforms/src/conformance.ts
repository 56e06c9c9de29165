import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { AuthorizeRequest, Grant, Platform, PublicationFacts } from "./platform.ts";
import { walk, type WalkOptions } from "./testing/walk.ts";

/** A platform to try: real HTTP on its other side, and hands on what happens there. */
export interface PlatformBench {
  readonly platform: Platform;
  /** What the creator does in the browser: opens the address and allows it. Returns the parameters of the callback. */
  authorize(url: string): Promise<URLSearchParams>;
  /** Facts of a publication of `bytes` that has not begun. */
  facts(bytes: Buffer): PublicationFacts;
  /** A file that the platform takes and that needs several chunks. */
  readonly bytes: Buffer;
  /** The next call of this kind takes effect but its answer is lost, or is lost before it has an effect. */
  lose(call: "refresh" | "last_chunk", when: "before_effect" | "after_effect"): void;
  /** SHA-256 (hex) of every post that exists there. */
  posts(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const signal = new AbortController().signal;
const request: AuthorizeRequest = {
  state: "test-state",
  redirectUri: "http://127.0.0.1:1/callback",
  codeVerifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
};

/** What every platform must do. `setup` gives a fresh bench, whose app allows `redirectUri` above, for each test. */
export function describePlatform(name: string, setup: (redirectUri: string) => Promise<PlatformBench>): void {
  let bench: PlatformBench;
  beforeEach(async () => {
    bench = await setup(request.redirectUri);
  });
  afterEach(async () => await bench.close());

  const connect = async (): Promise<Grant> => {
    const callback = await bench.authorize(bench.platform.authorizeUrl(request));
    expect(callback.get("state")).toBe(request.state);
    return await bench.platform.exchangeCode(callback.get("code") ?? "", request, signal);
  };

  describe(`${name}: connecting`, () => {
    test("a creator who allows it gives tokens whose lives come from the answer", async () => {
      const grant = await connect();
      expect(grant.externalId).not.toBe("");
      expect(grant.scopes.length).toBeGreaterThan(0);
      expect(grant.accessExpiresInMs).toBeGreaterThan(0);
      expect(grant.refreshExpiresInMs).toBeGreaterThan(grant.accessExpiresInMs);
    });

    test("a code works once", async () => {
      const callback = await bench.authorize(bench.platform.authorizeUrl(request));
      const code = callback.get("code") ?? "";
      await bench.platform.exchangeCode(code, request, signal);
      await expect(bench.platform.exchangeCode(code, request, signal)).rejects.toMatchObject({
        code: "oauth_code_refused",
      });
    });

    test("a verifier of somebody else is refused", async () => {
      const callback = await bench.authorize(bench.platform.authorizeUrl(request));
      const stolen = { ...request, codeVerifier: "a".repeat(43) };
      await expect(bench.platform.exchangeCode(callback.get("code") ?? "", stolen, signal)).rejects.toMatchObject({
        code: "oauth_code_refused",
      });
    });

    test("a refresh gives tokens that work", async () => {
      const grant = await connect();
      const fresh = await bench.platform.refresh(grant.refreshToken, signal);
      expect(fresh.externalId).toBe(grant.externalId);
      await expect(bench.platform.creatorOptions(fresh.accessToken, signal)).resolves.toHaveProperty("handle");
    });

    test("a refresh whose answer is lost is not taken for a refusal", async () => {
      const grant = await connect();
      bench.lose("refresh", "after_effect");
      await expect(bench.platform.refresh(grant.refreshToken, signal)).rejects.toMatchObject({
        code: "platform_unreachable",
      });
    });

    test("a revoked token is refused", async () => {
      const { accessToken } = await connect();
      await bench.platform.revoke(accessToken, signal);
      await expect(bench.platform.creatorOptions(accessToken, signal)).rejects.toMatchObject({ code: "token_refused" });
    });
  });

  describe(`${name}: publishing`, () => {
    const digest = () => createHash("sha256").update(bench.bytes).digest("hex");
    const start = async (): Promise<WalkOptions> => {
      const { accessToken } = await connect();
      const { platform, bytes } = bench;
      return { platform, facts: bench.facts(bytes), accessToken, bytes };
    };

    test("one publication makes one post of the same bytes, every byte sent once", async () => {
      const { done, calls } = await walk(await start());
      expect(done).toMatchObject({ status: "published" });
      expect(await bench.posts()).toEqual([digest()]);
      expect(new Set(calls.filter((call) => call.includes(":"))).size).toBe(
        calls.filter((call) => call.includes(":")).length,
      );
    });

    test("whoever dies before any call is followed by one who makes the same single post", async () => {
      const options = await start();
      let { facts, done } = await walk({ ...options, crashBefore: (_, calls) => calls.length === 1 });
      for (let crashes = 0; done === null; crashes += 1) {
        ({ facts, done } = await walk({ ...options, facts, crashBefore: (_, calls) => calls.length === 1 }));
        expect(crashes).toBeLessThan(100);
      }
      expect(done).toMatchObject({ status: "published" });
      expect(await bench.posts()).toEqual([digest()]);
    });

    test("whoever dies after an answer and before its save is followed by one who sends at most that chunk again", async () => {
      const options = await start();
      const crashed = await walk({ ...options, crashAfter: (step) => step.name === "upload_chunk" });
      const { done, calls } = await walk({ ...options, facts: crashed.facts });
      expect(done).toMatchObject({ status: "published" });
      expect(calls.filter((call) => crashed.calls.includes(call) && call.includes(":"))).toHaveLength(1);
      expect(await bench.posts()).toEqual([digest()]);
    });

    test("an irrevocable call whose answer is lost is asked about, and made once", async () => {
      const options = await start();
      bench.lose("last_chunk", "after_effect");
      const { done, calls } = await walk(options);
      expect(done).toMatchObject({ status: "published" });
      expect(calls.filter((call) => call.startsWith("upload_last_chunk"))).toHaveLength(1);
      expect(calls).toContain("reconcile");
      expect(await bench.posts()).toEqual([digest()]);
    });

    test("an irrevocable call that never arrived is made again after asking, by the same handle", async () => {
      const options = await start();
      bench.lose("last_chunk", "before_effect");
      const { done, calls, facts } = await walk(options);
      expect(done).toMatchObject({ status: "published" });
      expect(calls.filter((call) => call.startsWith("upload_last_chunk"))).toHaveLength(2);
      expect(calls.filter((call) => call === "reconcile").length).toBeGreaterThan(1);
      expect(facts.initCount).toBe(1);
      expect(await bench.posts()).toEqual([digest()]);
    });

    test("whoever dies between the intent and the call leaves one who asks before sending", async () => {
      const options = await start();
      const crashed = await walk({ ...options, crashAfter: (step) => step.effect === "irrevocable" });
      expect(crashed.facts.intent).not.toBeNull();
      const { done, calls } = await walk({ ...options, facts: crashed.facts });
      expect(calls[0]).toBe("reconcile");
      expect(done).toMatchObject({ status: "published" });
      expect(await bench.posts()).toEqual([digest()]);
    });
  });
}
