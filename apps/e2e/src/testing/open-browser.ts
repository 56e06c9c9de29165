import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { ensureTools } from "../../../../scripts/prepare/ensure-tools.ts";
import { toolProgram } from "../../../../scripts/prepare/tools.ts";

const offline =
  "--disable-background-networking --disable-component-update --disable-sync --no-first-run --disable-gpu --disable-quic";

/** The system's Chromium; installs it when it is missing. */
export async function openBrowser(): Promise<Browser> {
  await ensureTools(["chromium"], { env: process.env, yes: true, say: () => undefined });
  const executablePath = toolProgram("chromium", process.env["PATH"] ?? "") ?? "";
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return await chromium.launch({ executablePath, args: [...offline.split(" "), ...asRoot] });
}

/** A picture of the whole page at two widths, into the directory that `REELAY_SHOTS` names, if it names one. */
export async function takeShots(page: Page, name: string): Promise<void> {
  const directory = process.env["REELAY_SHOTS"];
  if (directory === undefined) return;
  mkdirSync(directory, { recursive: true });
  const before = page.viewportSize();
  for (const width of [390, 1_280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: join(directory, `${name}-${width}.png`), fullPage: true });
  }
  if (before) await page.setViewportSize(before);
}
