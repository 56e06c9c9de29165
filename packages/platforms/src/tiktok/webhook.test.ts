import { createHmac } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { parseTiktokWebhook } from "./webhook.ts";
import { verifyTiktokSignature } from "./webhook-signature.ts";

const secret = "test_client_secret";
const at = 1_770_210_900;
const now = new Date(at * 1000);
// https://developers.tiktok.com/doc/webhooks-verification: computed independently of this code.
const vector = {
  body: '{"client_key":"awtest","event":"post.publish.complete","create_time":1770210873,"user_openid":"-000abc","content":"{\\"publish_id\\":\\"v_pub_file~v2-1.1\\",\\"publish_type\\":\\"DIRECT_PUBLISH\\"}"}',
  signature: "b35a8b84729db1efda549256e9f9f72e5a8c95c36445939143c649459c98c717",
};
const sign = (body: string, time: number | string = at, key = secret) =>
  createHmac("sha256", key).update(`${time}.${body}`).digest("hex");
const verify = (header: string | undefined, change: { body?: string; secrets?: string[]; now?: Date } = {}) =>
  verifyTiktokSignature({
    header,
    rawBody: Buffer.from(change.body ?? vector.body),
    secrets: change.secrets ?? [secret],
    now: change.now ?? now,
  });
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);

describe("a signature", () => {
  test("of the reference's test vector is good", () => {
    expect(Buffer.byteLength(vector.body)).toBe(191);
    expect(verify(`t=${at},s=${vector.signature}`)).toEqual({ ok: true });
    expect(verify(`s=${vector.signature},t=${at}`)).toEqual({ ok: true });
  });

  test.each([
    ["with another secret", `t=${at},s=${sign(vector.body, at, "other")}`],
    ["of another body", `t=${at},s=${sign("{}")}`],
    ["of another time", `t=${at + 1},s=${vector.signature}`],
    ["with one bit turned", `t=${at},s=${vector.signature.slice(0, -1)}6`],
  ])("%s is refused", (_, header) => {
    expect(verify(header)).toEqual({ ok: false, why: "signature" });
  });

  test("of the same JSON with other spaces is refused: the bytes count", () => {
    const body = JSON.stringify(JSON.parse(vector.body), null, 1);
    expect(verify(`t=${at},s=${vector.signature}`, { body })).toEqual({ ok: false, why: "signature" });
  });

  test.each([
    undefined,
    "",
    vector.signature,
    `t=${at}`,
    `s=${vector.signature}`,
    `t=${at},s=${vector.signature},s=${vector.signature}`,
    `t=${at},t=${at},s=${vector.signature}`,
    `t=${at},t=${at}`,
    `t=${at},s=${vector.signature},v=1`,
    `t=${at},s=${vector.signature.toUpperCase()}`,
    `t=${at},s=${vector.signature.slice(1)}`,
    `t=${at},s=${vector.signature}0`,
    `t=${at},s=${"g".repeat(64)}`,
    `t=${at}, s=${vector.signature}`,
    `t=soon,s=${vector.signature}`,
    `t=-1,s=${vector.signature}`,
    `t=1e9,s=${vector.signature}`,
    `t=,s=${vector.signature}`,
    `T=${at},S=${vector.signature}`,
  ])("in the header %p is none", (header) => {
    expect(verify(header)).toEqual({ ok: false, why: "header" });
  });

  test("is good for 72 hours, and from 5 minutes before its time", () => {
    const header = `t=${at},s=${vector.signature}`;
    expect(verify(header, { now: hours(72) })).toEqual({ ok: true });
    expect(verify(header, { now: new Date(hours(72).getTime() + 1) })).toEqual({ ok: false, why: "too_old" });
    expect(verify(header, { now: hours(-5 / 60) })).toEqual({ ok: true });
    expect(verify(header, { now: hours(-1) })).toEqual({ ok: false, why: "in_the_future" });
  });

  test("of the secret before is good while that one is given", () => {
    const header = `t=${at},s=${vector.signature}`;
    expect(verify(header, { secrets: ["new", secret] })).toEqual({ ok: true });
    expect(verify(header, { secrets: ["new"] })).toEqual({ ok: false, why: "signature" });
  });
});

describe("a webhook", () => {
  const webhook = (change: object = {}, content: unknown = { publish_id: "v_pub_file~v2-1.7" }) =>
    JSON.stringify({
      client_key: "awtest",
      event: "post.publish.complete",
      create_time: 1_770_210_873,
      user_openid: "-000abc",
      content: typeof content === "string" ? content : JSON.stringify(content),
      ...change,
    });
  const parse = (text: string) => parseTiktokWebhook(Buffer.from(text));

  test("is read with the account id as it is and the publish id of its inner JSON", () => {
    expect(parse(vector.body)).toMatchObject({
      clientKey: "awtest",
      event: "post.publish.complete",
      purpose: "wake",
      openId: "-000abc",
      publishId: "v_pub_file~v2-1.1",
      postId: null,
    });
  });

  test.each(['"7602997517160123666"', "7602997517160123666"])("keeps every digit of post_id %s", (postId) => {
    const content = `{"publish_id":"v_pub_file~v2-1.7","post_id":${postId}}`;
    expect(parse(webhook({ event: "post.publish.publicly_available" }, content))?.postId).toBe("7602997517160123666");
  });

  test("has one name for TikTok's two spellings, and so is one event", () => {
    const spelled = ["no_longer_publicaly_available", "no_longer_publicly_available"].map((name) =>
      parse(webhook({ event: `post.publish.${name}` })),
    );
    expect(spelled.map((one) => one?.event)).toEqual(Array(2).fill("post.publish.no_longer_publicly_available"));
    expect(spelled[0]?.dedupeKey).toBe(spelled[1]?.dedupeKey);
    expect(parse(webhook({ event: "post.publish.publicaly_available" }))?.event).toBe(
      "post.publish.publicly_available",
    );
  });

  test.each([
    ["post.publish.complete", "wake"],
    ["post.publish.failed", "wake"],
    ["post.publish.inbox_delivered", "wake"],
    ["post.publish.publicly_available", "wake"],
    ["post.publish.no_longer_publicaly_available", "wake"],
    ["authorization.removed", "evidence"],
    ["video.publish.completed", "ignore"],
    ["video.upload.failed", "ignore"],
    ["portability.download.ready", "ignore"],
    ["comment.update", "ignore"],
    ["post.publishing", "ignore"],
  ])("%s: %s", (event, purpose) => {
    expect(parse(webhook({ event }))?.purpose).toBe(purpose);
  });

  test("without an account, or about no upload, is ignored", () => {
    expect(parse(webhook({ user_openid: undefined }))?.purpose).toBe("ignore");
    for (const content of [{}, "no JSON", "[]", { publish_id: 7 }])
      expect(parse(webhook({}, content))?.purpose).toBe("ignore");
  });

  test("is another one when event, account, time or content differ, and the same however it is written", () => {
    const key = (text: string) => parse(text)?.dedupeKey;
    const all = [
      webhook(),
      webhook({ event: "post.publish.failed" }),
      webhook({ user_openid: "_000abc" }),
      webhook({ create_time: 1_770_210_874 }),
      webhook({}, { publish_id: "v_pub_file~v2-1.8" }),
    ].map(key);
    expect(new Set(all).size).toBe(5);
    expect(key(JSON.stringify(JSON.parse(webhook()), null, 2))).toBe(all[0]);
  });

  test.each([
    "",
    "{",
    "[]",
    "null",
    "{}",
    webhook({ content: {} }),
    webhook({ create_time: 1.5 }),
    "[".repeat(200_000),
  ])("that is none of TikTok's is nothing (%#)", (text) => {
    expect(parse(text)).toBeNull();
  });

  test("that is no UTF-8 is nothing", () => {
    expect(parseTiktokWebhook(Buffer.from('{"client_key":"\xff"}', "latin1"))).toBeNull();
  });
});
