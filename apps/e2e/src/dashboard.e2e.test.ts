import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import pg from "pg";
import type { Browser, Page } from "playwright-core";
import { makePicture } from "./testing/make-media.ts";
import { openBrowser, takeShots } from "./testing/open-browser.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";
import { until } from "@reelay/runtime/testing";

let on: TestStack;
let browser: Browser;
let redis: Redis;
let db: pg.Client;

beforeAll(async () => {
  on = await startTestStack();
  browser = await openBrowser();
  redis = new Redis(on.stack.env["REDIS_URL"] ?? "");
  db = new pg.Client({ connectionString: on.superuserUrl });
  await db.connect();
  const { id } = await on.api.upload(await makePicture(join(on.directory, "picture.jpg")), "image/jpeg");
  await until(async () => ((await on.api.get(`/api/media/${id}`)).state === "ready" ? true : undefined), {
    what: "the picture is probed",
    limitMs: 60_000,
  });
}, 180_000);
afterAll(async () => {
  redis?.disconnect();
  await db?.end();
  await browser?.close();
  await on?.stop();
}, 120_000);

const words = {
  en: {
    locale: "en-GB",
    signIn: "Sign in",
    email: "E-mail",
    password: "Password",
    wrong: "E-mail or password is wrong.",
    heading: "Operations",
    board: "Queue board",
    pause: "Pause publishing",
    resume: "Resume publishing",
    lift: "Lift",
    signOut: "Sign out",
  },
  fr: {
    locale: "fr-FR",
    signIn: "Se connecter",
    email: "E-mail",
    password: "Mot de passe",
    wrong: "E-mail ou mot de passe incorrect.",
    heading: "Exploitation",
    board: "Tableau des files",
    pause: "Mettre la publication en pause",
    resume: "Reprendre la publication",
    lift: "Lever",
    signOut: "Se déconnecter",
  },
} as const;
type Language = keyof typeof words;

/** A browser of its own, in whose pages nothing may break: no error in a script, nothing that the page's policy forbids. */
async function openPage(language: Language): Promise<{ page: Page; broken: string[]; close(): Promise<void> }> {
  const context = await browser.newContext({ locale: words[language].locale, viewport: { width: 1_280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const broken: string[] = [];
  page.on("pageerror", (error) => void broken.push(error.message));
  page.on("console", (line) => {
    if (line.type() === "error" && !line.text().includes("401")) broken.push(line.text());
  });
  page.on("dialog", (dialog) => {
    broken.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { page, broken, close: () => context.close() };
}

async function signIn(page: Page, language: Language, password = on.stack.adminPassword): Promise<void> {
  const says = words[language];
  await page.getByLabel(says.email).fill(on.stack.adminEmail);
  await page.getByLabel(says.password).fill(password);
  await page.getByRole("button", { name: says.signIn, exact: true }).click();
}

const overflow = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

describe.each(["en", "fr"] as const)("in %s", (language) => {
  const says = words[language];

  test("an operator signs in, sees the queues, pauses and resumes, and lifts a hold", async () => {
    const { page, broken, close } = await openPage(language);
    await page.goto(`${on.stack.urls.dashboard}/`);
    await takeShots(page, `dashboard-${language}-sign-in`);
    await signIn(page, language, "wrong-password");
    await page.getByText(says.wrong).waitFor();
    await signIn(page, language);
    await page.getByRole("heading", { name: says.heading, level: 1 }).waitFor();
    await page.getByRole("row").filter({ hasText: "probe-media" }).waitFor();

    await db.query(`insert into platform_holds (id, platform, scope, failure_code, until, next_probe_at)
      values (gen_random_uuid(), 'tiktok', 'app', 'app_unaudited', now() + interval '1 day', now() + interval '1 hour')`);
    await page.getByRole("button", { name: says.pause }).click();
    await page.getByRole("button", { name: says.resume }).waitFor();
    await takeShots(page, `dashboard-${language}-operations`);
    expect((await db.query("select paused from installation")).rows).toEqual([{ paused: true }]);
    await page.getByRole("button", { name: says.resume }).click();
    await page.getByRole("button", { name: says.pause }).waitFor();
    await page.getByRole("button", { name: says.lift }).click();
    await until(async () => ((await db.query("select 1 from platform_holds")).rows.length === 0 ? true : undefined), {
      what: "the hold is gone",
      limitMs: 60_000,
    });
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await overflow(page)).toBe(0);
    await page.getByRole("button", { name: says.signOut }).click();
    await page.getByLabel(says.password).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(broken).toEqual([]);
    await close();
  }, 120_000);
});

test("the figures renew themselves", async () => {
  const { page, broken, close } = await openPage("en");
  await page.goto(`${on.stack.urls.dashboard}/`);
  await signIn(page, "en");
  await page.getByText("Publishing runs.").waitFor();
  await db.query("update installation set paused = true");
  await page.getByText("Publishing is paused").waitFor();
  await db.query("update installation set paused = false");
  expect(broken).toEqual([]);
  await close();
}, 120_000);

test("B5: the board works under the policy, and a job's name that is markup stays text", async () => {
  const { page, broken, close } = await openPage("en");
  const name = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  const set = "{reelay:probe-media}:probe-media";
  const [id] = await redis.zrange(`${set}:completed`, "0", "0");
  expect(id).toBeDefined();
  await redis.hset(`${set}:${id}`, "name", name);
  await page.goto(`${on.stack.urls.dashboard}/queues`);
  await signIn(page, "en");
  await page.getByText("convert-media").first().waitFor();
  await takeShots(page, "dashboard-board");
  await page.goto(`${on.stack.urls.dashboard}/queues/queue/probe-media?status=completed`);
  await page.getByText(name).first().waitFor();
  await takeShots(page, "dashboard-board-queue");
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  await page.goto(`${on.stack.urls.dashboard}/queues/queue/probe-media/${id}`);
  await page.getByText(name).first().waitFor();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect(broken).toEqual([]);
  await close();
}, 120_000);

test("a failed job is tried again from the board, by a click that the guards let through", async () => {
  const { page, broken, close } = await openPage("en");
  const set = "{reelay:sweep-media}:sweep-media";
  await redis.hset(`${set}:planted`, {
    name: "sweep-media",
    data: "{}",
    opts: '{"attempts":1}',
    timestamp: Date.now(),
    delay: 0,
    priority: 0,
    atm: 1,
    failedReason: "internal",
    finishedOn: Date.now(),
  });
  await redis.zadd(`${set}:failed`, Date.now(), "planted");
  await page.goto(`${on.stack.urls.dashboard}/queues/queue/sweep-media?status=failed`);
  await signIn(page, "en");
  await page.getByText("internal").first().waitFor();
  await page.getByRole("button", { name: "Retry all" }).click();
  await page.getByRole("button", { name: "Confirm" }).click();
  await until(async () => ((await redis.zscore(`${set}:failed`, "planted")) === null ? true : undefined), {
    what: "it is no longer among the failed",
    limitMs: 60_000,
  });
  expect(broken).toEqual([]);
  await close();
}, 120_000);
