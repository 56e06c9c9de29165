import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { put, startBench, type Bench } from "./testing/start-bench.ts";

interface Arrived {
  readonly signature: string;
  readonly raw: string;
  readonly body: Record<string, unknown>;
  readonly content: Record<string, unknown>;
}

let bench: Bench;
let receiver: Server;
let arrived: Arrived[];
/** What the receiver answers next; 200 when there is nothing more. */
let answers: number[];
beforeEach(async () => {
  arrived = [];
  answers = [];
  receiver = createServer((request, response) => {
    void read(request).then((raw) => {
      const body = JSON.parse(raw) as Record<string, unknown>;
      const content = JSON.parse(String(body["content"])) as Record<string, unknown>;
      arrived.push({ signature: String(request.headers["tiktok-signature"]), raw, body, content });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  bench = await startBench({ webhooks: { url: `http://127.0.0.1:${port}/hook` } });
});
afterEach(async () => {
  await bench.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

async function publish(info: Record<string, unknown> = {}): Promise<string> {
  const { url, publishId } = await bench.begin(4, { info });
  await put(url, Buffer.from("1234"));
  return publishId;
}
const events = () => arrived.map(({ body }) => body["event"]);
const settled = (count: number) =>
  bench.world.waitFor(
    ({ webhooks }) => webhooks.deliveries.filter(({ state }) => state !== "waiting").length >= count,
    10_000,
  );
const tried = (count: number) =>
  bench.world.waitFor(({ webhooks }) => (webhooks.deliveries[0]?.tries.length ?? 0) >= count, 10_000);

describe("webhooks", () => {
  test("are signed on the raw bytes, and their content is JSON inside a text", async () => {
    const publishId = await publish();
    await settled(1);
    const [webhook] = arrived;
    expect(webhook?.body).toMatchObject({
      client_key: "sim-client-key",
      event: "post.publish.complete",
      create_time: bench.time.now / 1000,
      user_openid: bench.creator.openId,
    });
    expect(webhook?.content).toEqual({ publish_id: publishId, publish_type: "DIRECT_PUBLISH" });
    const time = bench.time.now / 1000;
    const digest = createHmac("sha256", "sim-client-secret").update(`${time}.${webhook?.raw}`).digest("hex");
    expect(webhook?.signature).toBe(`t=${time},s=${digest}`);
  });

  test("tell of a failure with its reason", async () => {
    bench.world.settings.reject = "spam_risk";
    await publish();
    await settled(1);
    expect(arrived.map(({ body, content }) => [body["event"], content["reason"]])).toEqual([
      ["post.publish.failed", "spam_risk"],
    ]);
  });

  test("tell when a post becomes public, and when it is public no more, with all 19 digits of its id", async () => {
    const publishId = await publish();
    await settled(1);
    bench.world.setPrivacy(publishId, "PUBLIC_TO_EVERYONE");
    bench.world.webhooks.settings.postIdAs = "number";
    bench.world.setPrivacy(publishId, "SELF_ONLY");
    await settled(3);
    expect(events().slice(1)).toEqual([
      "post.publish.publicly_available",
      "post.publish.no_longer_publicaly_available",
    ]);
    const [post] = bench.world.posts;
    expect(arrived[1]?.content["post_id"]).toBe(post?.postId);
    expect(arrived[2]?.body["content"]).toContain(`"post_id":${post?.postId}`);
  });

  test("tell that the permission was withdrawn, and by whom", async () => {
    bench.world.revoke(bench.creator.openId);
    const { accessToken } = bench.world.grant(bench.creator.openId);
    await bench.revoke({ token: accessToken });
    await settled(2);
    expect(arrived.map(({ body, content }) => [body["event"], content["reason"]])).toEqual([
      ["authorization.removed", 1],
      ["authorization.removed", 5],
    ]);
  });

  test("wait for the end of processing", async () => {
    bench.world.settings.processingTakesMs = 60_000;
    await publish();
    await bench.world.waitFor(({ webhooks }) => webhooks.deliveries.length === 1, 10_000);
    expect(bench.world.webhooks.deliveries[0]).toMatchObject({ state: "waiting", dueAt: bench.time.now + 60_000 });
    bench.time.now += 60_000;
    await settled(1);
    expect(events()).toEqual(["post.publish.complete"]);
  });

  test("come again until they are answered with 200, ever more rarely, for 72 hours", async () => {
    answers = [500, 404, 200];
    await publish();
    await tried(1);
    const [delivery] = bench.world.webhooks.deliveries;
    expect(delivery?.dueAt).toBe(bench.time.now + 10_000);
    bench.time.now += 10_000;
    await tried(2);
    expect(delivery?.dueAt).toBe(bench.time.now + 20_000);
    bench.time.now += 20_000;
    await settled(1);
    expect(delivery).toMatchObject({ state: "delivered", tries: [{ status: 500 }, { status: 404 }, { status: 200 }] });

    answers = [503, 503];
    bench.world.webhooks.tell({ event: "authorization.removed", openId: "x", content: { reason: 0 } });
    await bench.world.waitFor(({ webhooks }) => webhooks.deliveries[1]?.tries.length === 1, 10_000);
    bench.time.now += 73 * 3_600_000;
    await settled(2);
    expect(bench.world.webhooks.deliveries[1]?.state).toBe("dropped");
  });

  test("can be repeated, kept back and turned round", async () => {
    const { webhooks } = bench.world;
    Object.assign(webhooks.settings, { copies: 2, hold: true });
    await publish({ privacy_level: "PUBLIC_TO_EVERYONE" });
    await bench.world.waitFor(() => webhooks.deliveries.length === 4, 10_000);
    expect(arrived).toEqual([]);
    webhooks.release({ reversed: true });
    await settled(4);
    expect(events()).toEqual([
      "post.publish.publicly_available",
      "post.publish.publicly_available",
      "post.publish.complete",
      "post.publish.complete",
    ]);
  });

  test("can come before the init is answered", async () => {
    bench.world.webhooks.settings.beforeInit = true;
    const { publishId } = await bench.begin(4);
    // On a slow machine the next one has come, too.
    expect(arrived[0]?.content["publish_id"]).toBe(publishId);
  });

  test("are steered from outside", async () => {
    const control = (path: string, body: object) =>
      fetch(`${bench.simulator.wwwUrl}/_control/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const event = { event: "comment.update", openId: "-1", content: { a: 1 } };
    expect((await control("webhooks/send", event)).status).toBe(204);
    await settled(1);
    expect(events()).toEqual(["comment.update"]);
    expect((await control("webhooks", { url: null })).status).toBe(204);
    await control("webhooks/send", event);
    const told = await (await fetch(`${bench.simulator.wwwUrl}/_control/webhooks`)).json();
    expect(told).toMatchObject({ settings: { url: null }, deliveries: [{ state: "delivered" }] });
    expect((await control("webhooks", { copies: 0 })).status).toBe(400);
  });
});

test("without a callback address no webhook is made", async () => {
  const silent = await startBench();
  try {
    const { url } = await silent.begin(4);
    await put(url, Buffer.from("1234"));
    await silent.world.waitFor(({ posts }) => posts[0]?.status === "posted", 10_000);
    expect(silent.world.webhooks.deliveries).toEqual([]);
  } finally {
    await silent.close();
  }
});
