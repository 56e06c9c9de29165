import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makePicture } from "./testing/make-media.ts";
import { acceptPost, untilPublished } from "./testing/publish.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";
import { until } from "@reelay/runtime/testing";

let on: TestStack;
let imageId: string;

// Ten times as slow as in life: without a webhook the platform is asked 50 s after the upload, then 100 s later.
beforeAll(async () => {
  on = await startTestStack({ env: { TIME_SCALE: "10" } });
  imageId = (await on.api.upload(await makePicture(join(on.directory, "picture.jpg")), "image/jpeg")).id;
}, 150_000);
afterAll(async () => on.stop(), 90_000);

const controlled = (path: string, body: object) =>
  fetch(`${on.simulator.wwwUrl}/_control/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const statusReads = async (openId: string) =>
  (await on.simulator.calls()).calls.filter((call) => call.openId === openId && call.endpoint === "status").length;

test("a publication is finished by TikTok's webhook, long before its status would have been asked for", async () => {
  const { accountId, openId } = await on.connect("woken.creator");
  // Each event twice, the last first.
  await controlled("webhooks", { copies: 2, hold: true });
  const { publicationId } = await acceptPost(on.api, { accountId, mediaId: imageId, caption: "woken" });
  await until(
    async () => {
      const response = await fetch(`${on.simulator.wwwUrl}/_control/webhooks`);
      const { deliveries } = (await response.json()) as { deliveries: unknown[] };
      return deliveries.length === 4 ? deliveries : undefined;
    },
    { what: "four events wait", limitMs: 60_000 },
  );
  expect(await statusReads(openId)).toBe(0);
  await controlled("webhooks/release", { reversed: true });
  const { timeline } = await untilPublished(on.api, publicationId, 60_000);
  const at = (type: string) => Date.parse(String(timeline.find((event) => event.type === type)?.at));
  expect(at("published") - at("accepted_by_platform")).toBeLessThan(45_000);
  expect(await statusReads(openId)).toBeLessThanOrEqual(4);
  expect((await on.simulator.posts()).filter((post) => post.openId === openId)).toHaveLength(1);
}, 180_000);

test("a creator who withdraws the permission is shown as to be reconnected, without anything being posted", async () => {
  const { accountId, openId } = await on.connect("leaving.creator");
  await controlled("webhooks", { copies: 1, hold: false });
  await controlled("revoke", { openId });
  const account = await until(
    async () => {
      const account = await on.api.get(`/api/accounts/${accountId}`);
      return account.state === "needs_reconnect" ? account : undefined;
    },
    { what: "the account needs a person", limitMs: 60_000 },
  );
  expect(account.stateCause).toBe("authorization_removed");
}, 60_000);
