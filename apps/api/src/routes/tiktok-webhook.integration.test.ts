import { createHmac } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { publicationAtPlatform } from "@reelay/database/testing";
import { confirmRemoval } from "@reelay/jobs";
import { expectEnqueued } from "@reelay/jobs/testing";
import { silentLogger } from "@reelay/runtime";
import { parseConfig } from "../config.ts";
import { start } from "../start.ts";
import { startTestApi, type TestApi } from "../testing/start-test-api.ts";
import { tcpDoor } from "../testing/tcp-door.ts";

const oldSecret = "test-secret-of-before";
let api: TestApi;
let openId: string;
let publicationId: string;
let handle: string;
beforeAll(async () => {
  api = await startTestApi({ environment: { TIKTOK_CLIENT_SECRET_PREVIOUS: oldSecret } });
}, 60_000);
afterAll(() => api.close(), 30_000);

let numbers = 0;
beforeEach(async () => {
  const account = api.simulator.world.addAccount({ username: `maker.${(numbers += 1)}` });
  const accountId = await api.connectAccount({ account });
  openId = account.openId;
  handle = `v_pub_file~v2-1.${numbers}`;
  publicationId = await publicationAtPlatform(api.db, { workspaceId: api.workspaceId, accountId }, { handle });
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
const event = (change: object = {}, content: object = { publish_id: handle, publish_type: "DIRECT_PUBLISH" }) =>
  JSON.stringify({
    client_key: api.simulator.world.app.clientKey,
    event: "post.publish.complete",
    create_time: nowSeconds(),
    user_openid: openId,
    content: JSON.stringify(content),
    ...change,
  });
const digestOf = (body: string, time: number | string, key = api.simulator.world.app.clientSecret) =>
  createHmac("sha256", key).update(`${time}.${body}`).digest("hex");
const signed = (body: string, time: number | string = nowSeconds(), key?: string) =>
  `t=${time},s=${digestOf(body, time, key)}`;

async function send(body: string, signature: string | undefined = signed(body), headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/webhooks/tiktok`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(signature !== undefined && { "TikTok-Signature": signature }),
      ...headers,
    },
    body,
  });
  return { status: response.status, body: await response.text() };
}
const row = async () =>
  (
    await api.db.sql("select status, version, next_at <= now() as due, woken_by from publications where id = $1", [
      publicationId,
    ])
  )[0];
const storedOf = async (id = openId) =>
  await api.db.sql<{ raw: Buffer; event: string }>(
    "select raw, event from inbound_webhooks where external_account_id = $1",
    [id],
  );
/** As a worker leaves it that has asked the platform. */
const answer = () =>
  api.db.sql("update publications set woken_by = null, next_at = now() + interval '1 hour' where id = $1", [
    publicationId,
  ]);

describe("a webhook of TikTok", () => {
  test("W1: valid: 200, and the platform is asked once, now", async () => {
    const body = event();
    expect(await send(body)).toEqual({ status: 200, body: "{}" });
    expect(await row()).toEqual({ status: "processing", version: 1, due: true, woken_by: expect.any(String) });
    expect((await storedOf()).map(({ raw }) => raw.toString())).toEqual([body]);
  });

  test("W2: the same a hundred times: 200, and the platform is asked once", async () => {
    const body = event();
    await send(body);
    await answer();
    const again = await Promise.all(Array.from({ length: 99 }, () => send(body)));
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await row()).toMatchObject({ due: false, woken_by: null });
    expect(await storedOf()).toHaveLength(1);
  });

  describe("that is refused gets the same 401 as every other, and leaves nothing behind", () => {
    const refused = async (body: string, signature: string | undefined) => {
      const reference = await send("{}", "t=1,s=1");
      expect(reference.status).toBe(401);
      expect(await send(body, signature)).toEqual(reference);
      expect(await row()).toMatchObject({ due: false, woken_by: null });
      expect(await storedOf()).toEqual([]);
    };

    test("W3: a wrong signature", async () => {
      await refused(event(), signed(event(), nowSeconds(), "another-secret"));
    });
    test("W4: the signature of another body", async () => {
      await refused(event(), signed(event({ event: "post.publish.failed" })));
    });
    test("W5: the same JSON with other spaces", async () => {
      const body = event();
      await refused(JSON.stringify(JSON.parse(body), null, 1), signed(body));
    });
    test.each(["missing", "two s", "upper case", "63 characters", "no hexadecimal", "empty"])(
      "W6: a signature that is none: %s",
      async (what) => {
        const body = event();
        const time = nowSeconds();
        const digest = digestOf(body, time);
        const headers: Record<string, string | undefined> = {
          missing: undefined,
          "two s": `t=${time},s=${digest},s=${digest}`,
          "upper case": `t=${time},s=${digest.toUpperCase()}`,
          "63 characters": `t=${time},s=${digest.slice(0, 63)}`,
          "no hexadecimal": `t=${time},s=${"z".repeat(64)}`,
          empty: "",
        };
        if (what === "missing") {
          const response = await fetch(`${api.url}/webhooks/tiktok`, { method: "POST", body });
          expect(await response.text()).toBe((await send("{}", "t=1,s=1")).body);
          expect(response.status).toBe(401);
          return;
        }
        await refused(body, headers[what]);
      },
    );
    test("W6: two headers", async () => {
      const body = event();
      const status = await new Promise<number>((resolve, reject) => {
        const asked = request(`${api.url}/webhooks/tiktok`, {
          method: "POST",
          headers: { "TikTok-Signature": [signed(body), signed(body)], "content-length": Buffer.byteLength(body) },
        });
        asked.on("response", (response) => resolve(response.resume().statusCode ?? 0)).on("error", reject);
        asked.end(body);
      });
      expect(status).toBe(401);
      expect(await storedOf()).toEqual([]);
    });
    test.each(["soon", "NaN"])("W7: a time that is none: %s", async (time) => {
      await refused(event(), signed(event(), time));
    });
    test("W7: a time an hour ahead, and one of 73 hours ago", async () => {
      await refused(event(), signed(event(), nowSeconds() + 3_600));
      await refused(event(), signed(event(), nowSeconds() - 73 * 3_600));
    });
    test("a webhook of another app that has our secret", async () => {
      const body = event({ client_key: "another-app" });
      await refused(body, signed(body));
    });
  });

  test("W8: of 2 MB is 413 without a look at its signature, with and without a length", async () => {
    const body = event({ padding: "x".repeat(2_000_000) });
    expect(await send(body)).toMatchObject({ status: 413 });
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(body));
        controller.close();
      },
    });
    const init = { method: "POST", body: stream, duplex: "half", headers: { "TikTok-Signature": signed(body) } };
    const status = await fetch(`${api.url}/webhooks/tiktok`, init as RequestInit).then(
      (response) => response.status,
      () => "cut off",
    );
    expect([413, "cut off"]).toContain(status);
    expect(await storedOf()).toEqual([]);
  });

  test("W9: of a creator whom nobody has connected: 200, no row", async () => {
    const body = event({ user_openid: "-000stranger" });
    expect(await send(body)).toMatchObject({ status: 200 });
    expect(await storedOf("-000stranger")).toEqual([]);
  });

  test("W11: signed with the secret before: accepted while that one is given", async () => {
    const body = event();
    expect(await send(body, signed(body, nowSeconds() - 71 * 3_600, oldSecret))).toMatchObject({ status: 200 });
    expect(await row()).toMatchObject({ due: true });
  });
});

describe("what a webhook may do", () => {
  test.each([
    ["of the legacy Share Kit", { event: "video.publish.completed" }],
    ["of portability, without an account", { event: "portability.download.ready", user_openid: undefined }],
    ["that nobody knows", { event: "comment.update" }],
    ["whose content is no JSON", { content: "no JSON" }],
  ])("one %s: 200, no row", async (_, change) => {
    expect(await send(event(change))).toEqual({ status: 200, body: "{}" });
    expect(await storedOf()).toEqual([]);
    expect(await row()).toMatchObject({ due: false });
  });

  test("what is signed and makes no sense is 200: to hear it again would not help", async () => {
    for (const body of ["", "[]", "not json", '{"client_key":1}'])
      expect(await send(body)).toMatchObject({ status: 200 });
  });

  test.each(["reversed", "in order"])("a late event undoes nothing final: %s", async (order) => {
    const events = ["post.publish.complete", "post.publish.failed", "post.publish.no_longer_publicaly_available"];
    await api.db.sql("update publications set status = 'published', next_at = null, checkpoint = null where id = $1", [
      publicationId,
    ]);
    for (const name of order === "reversed" ? events.toReversed() : events)
      expect(await send(event({ event: name }))).toMatchObject({ status: 200 });
    expect(await row()).toMatchObject({ status: "published", version: 1, due: null });
    expect(await storedOf()).toHaveLength(3);
  });

  test("a withdrawn permission disconnects nobody by itself: a job asks first", async () => {
    const body = event({ event: "authorization.removed" }, { reason: 1 });
    expect(await send(body)).toMatchObject({ status: 200 });
    const [webhook] = await api.db.sql<{ id: string }>(
      "select id from inbound_webhooks where external_account_id = $1",
      [openId],
    );
    const { REDIS_URL: url = "", REDIS_KEY_PREFIX: keyPrefix = "" } = api.environment;
    await expectEnqueued({ url, keyPrefix }, confirmRemoval, { webhookId: webhook?.id ?? "" });
    const [account] = await api.db.sql("select state from social_accounts where external_id = $1", [openId]);
    expect(account).toEqual({ state: "connected" });
  });

  test("without Postgres it is 503, so that TikTok sends it again, and then it is stored", async () => {
    const address = new URL(api.environment["DATABASE_URL"] ?? "");
    const door = await tcpDoor({ host: address.hostname, port: Number(address.port || 5432) });
    address.host = `127.0.0.1:${door.port}`;
    const environment = { ...api.environment, PORT: "0", DATABASE_URL: address.href };
    const other = await start(parseConfig(environment), { logger: silentLogger });
    const body = event();
    const deliver = async () => {
      const init = { method: "POST", body, headers: { "TikTok-Signature": signed(body) } };
      return (await fetch(`${other.url}/webhooks/tiktok`, init)).status;
    };
    try {
      door.shut();
      expect(await deliver()).toBe(503);
      door.open();
      expect(await deliver()).toBe(200);
      expect(await storedOf()).toHaveLength(1);
    } finally {
      await other.stop();
      await door.close();
    }
  });
});
