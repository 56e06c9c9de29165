import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { makePicture } from "./testing/make-media.ts";
import { openBrowser, takeShots } from "./testing/open-browser.ts";
import { acceptPost, untilPublished } from "./testing/publish.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";
import { until } from "@reelay/runtime/testing";

let on: TestStack;
let browser: Browser;
let imageId: string;

beforeAll(async () => {
  on = await startTestStack();
  browser = await openBrowser();
  imageId = (await on.api.upload(await makePicture(join(on.directory, "picture.jpg")), "image/jpeg")).id;
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await on?.stop();
}, 120_000);

const words = {
  en: {
    locale: "en-GB",
    signIn: "Sign in",
    email: "E-mail",
    password: "Password",
    wrongLogin: "E-mail or password is wrong.",
    signOut: "Sign out",
    connect: "Connect a TikTok account",
    connected: "Connected",
    notConnected: "Not connected",
    state: "connected",
    noPublications: "Nothing has been published yet.",
    scheduled: "scheduled",
    published: "published",
    open: "Open",
  },
  fr: {
    locale: "fr-FR",
    signIn: "Se connecter",
    email: "E-mail",
    password: "Mot de passe",
    wrongLogin: "E-mail ou mot de passe incorrect.",
    signOut: "Se déconnecter",
    connect: "Connecter un compte TikTok",
    connected: "Compte connecté",
    notConnected: "Compte non connecté",
    state: "connecté",
    noPublications: "Rien n'a encore été publié.",
    scheduled: "programmée",
    published: "publiée",
    open: "Ouvrir",
  },
} as const;
type Language = keyof typeof words;

/** A browser of its own, in whose pages nothing may break: no error in a script, nothing that the page's policy forbids. */
async function openPage(language: Language): Promise<{ page: Page; context: BrowserContext; broken: string[] }> {
  const context = await browser.newContext({ locale: words[language].locale, viewport: { width: 1_280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const broken: string[] = [];
  page.on("pageerror", (error) => void broken.push(error.message));
  page.on("console", (line) => {
    // A refused login is an answer, not something broken; the platform's pages are not ours.
    const isOurs = line.location().url.startsWith(on.stack.urls.api);
    if (isOurs && line.type() === "error" && !line.text().includes("401")) broken.push(line.text());
  });
  return { page, context, broken };
}

async function signIn(page: Page, language: Language): Promise<void> {
  const says = words[language];
  await page.goto(on.stack.urls.api);
  await page.getByLabel(says.email).fill(on.stack.adminEmail);
  await page.getByLabel(says.password).fill(on.stack.adminPassword);
  await page.getByRole("button", { name: says.signIn, exact: true }).click();
  await page.getByRole("button", { name: says.signOut }).waitFor();
}

/** Connects as a person does: our button, the platform's page, and back. */
async function connect(page: Page, language: Language, choose: { username: string; answer: "Continue" | "Cancel" }) {
  await page.getByRole("link", { name: words[language].connect }).click();
  await page.getByLabel("Account").selectOption({ label: `@${choose.username} (${choose.username})` });
  await takeShots(page, `${language}-consent`);
  await page.getByRole("button", { name: choose.answer }).click();
}

describe.each(["en", "fr"] as const)("in the language of the browser (%s)", (language) => {
  const says = words[language];
  const username = `${language}.creator`;

  test("sign in, connect TikTok through its own page, and see the account and its publications", async () => {
    const { openId } = await on.simulator.addAccount(username);
    const { page, context, broken } = await openPage(language);
    await page.goto(on.stack.urls.api);
    expect(await page.locator("html").getAttribute("lang")).toBe(language);
    await takeShots(page, `${language}-sign-in`);
    await page.getByLabel(says.email).fill(on.stack.adminEmail);
    await page.getByLabel(says.password).fill("not the password");
    await page.getByRole("button", { name: says.signIn, exact: true }).click();
    await page.getByText(says.wrongLogin).waitFor();
    await takeShots(page, `${language}-wrong-login`);

    await signIn(page, language);
    await takeShots(page, `${language}-home-before`);
    await connect(page, language, { username, answer: "Continue" });
    await page.getByRole("heading", { name: says.connected, exact: true }).waitFor();
    await takeShots(page, `${language}-connected`);
    // The page goes on by itself.
    const account = page.getByRole("listitem").filter({ hasText: `@${username}` });
    await account.getByText(says.state, { exact: true }).waitFor();

    const { items } = await on.api.get("/api/accounts");
    const accountId = items.find((item: { platformAccountId: string }) => item.platformAccountId === openId).id;
    const wish = { accountId, mediaId: imageId };
    const later = new Date(Date.now() + 86_400_000);
    await acceptPost(on.api, { ...wish, caption: `${language} demain`, scheduledAt: later });
    const { publicationId } = await acceptPost(on.api, { ...wish, caption: `${language} été 🎬 <b>&amp;` });
    // Without a reload: the list renews itself.
    const row = page.getByRole("row").filter({ hasText: `${language} été 🎬 <b>&amp;` });
    await row.getByText(says.published, { exact: true }).waitFor();
    const { permalink } = await untilPublished(on.api, publicationId);
    const link = row.getByRole("link", { name: says.open });
    await until(async () => ((await link.count()) > 0 ? true : undefined), {
      what: "the link is shown",
      limitMs: 60_000,
    });
    expect(await link.getAttribute("href")).toBe(permalink);
    const scheduled = page.getByRole("row").filter({ hasText: `${language} demain` });
    expect(await scheduled.getByText(says.scheduled, { exact: true }).count()).toBe(1);
    await takeShots(page, `${language}-home`);

    await page.getByRole("button", { name: says.signOut }).click();
    await page.getByLabel(says.password).waitFor();
    expect(broken).toEqual([]);
    await context.close();
  }, 120_000);

  test("who declines on TikTok's page is told so, and nothing is connected", async () => {
    const { openId } = await on.simulator.addAccount(`${language}.declining`);
    const { page, context, broken } = await openPage(language);
    await signIn(page, language);
    await connect(page, language, { username: `${language}.declining`, answer: "Cancel" });
    await page.getByRole("heading", { name: says.notConnected }).waitFor();
    await takeShots(page, `${language}-declined`);
    const { items } = await on.api.get("/api/accounts");
    expect(items.map((item: { platformAccountId: string }) => item.platformAccountId)).not.toContain(openId);
    expect(broken.filter((line) => !line.includes("400"))).toEqual([]);
    await context.close();
  }, 120_000);

  test("no page is wider than a narrow phone", async () => {
    const { page, context } = await openPage(language);
    await page.setViewportSize({ width: 320, height: 700 });
    const overflow = () => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    await page.goto(on.stack.urls.api);
    expect(await overflow()).toBe(0);
    await signIn(page, language);
    expect(await overflow()).toBe(0);
    await context.close();
  }, 120_000);
});
