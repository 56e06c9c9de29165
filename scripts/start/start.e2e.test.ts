import { until } from "@reelay/runtime/testing";
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { freePort } from "../prepare/ports.ts";
import { processBirth } from "../prepare/process-birth.ts";

const root = join(import.meta.dirname, "..", "..");
const directory = mkdtempSync(join(tmpdir(), "reelay-start-"));
// As root, Postgres runs as somebody else: it must be able to pass, or its data would lie elsewhere and stay there.
chmodSync(directory, 0o711);
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGTERM");
  rmSync(directory, { recursive: true, force: true });
});

/** `npm start` with its state in `directory`, until it says that it runs; `stop` sends Ctrl-C and waits for its end. */
async function start() {
  const args = ["--no-warnings", join(root, "scripts", "start.mjs"), "--yes"];
  const ports = [`PORT=${await freePort()}`, `DASHBOARD_PORT=${await freePort()}`];
  const settings = [`REELAY_DIRECTORY=${directory}`, ...ports];
  const child = spawn("env", [...settings, process.execPath, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let said = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes("Reelay runs.")) resolve();
      });
    }
    void ended.then((code) => reject(new Error(`ended with ${code}:\n${said}`)));
  });
  const { children: running } = JSON.parse(readFileSync(join(directory, "running.json"), "utf8")) as {
    children: { name: string; pid: number; birth: string }[];
  };
  return {
    said,
    running,
    stop: async (signal: NodeJS.Signals = "SIGINT") => {
      child.kill(signal);
      return await ended;
    },
  };
}

describe("npm start", () => {
  test("first run publishes by itself, a second makes no second post, Ctrl-C leaves nothing running, and a kill no simulator", async () => {
    const first = await start();
    expect(first.said).toContain("First login");
    const address = /Published: (\S+)/.exec(first.said)?.[1];
    expect(first.said).toContain("Published: ");
    const page = await fetch(address ?? "");
    expect(page.status).toBe(200);
    expect(first.running).toHaveLength(3);
    expect(await first.stop()).toBe(0);
    expect(first.running.filter(({ pid, birth }) => processBirth(pid) === birth)).toEqual([]);
    expect(existsSync(join(directory, "running.json"))).toBe(false);

    const second = await start();
    expect(second.said).not.toContain("First login");
    expect(second.said).not.toContain("Published");
    expect(second.said).toMatch(/ready in [\d.]+ s/);
    expect(await second.stop()).toBe(0);
    expect(second.running.filter(({ pid, birth }) => processBirth(pid) === birth)).toEqual([]);

    const third = await start();
    const left = () => third.running.filter(({ pid, birth }) => processBirth(pid) === birth);
    try {
      await third.stop("SIGKILL");
      await until(() => left().every(({ name }) => name !== "simulator"));
      // What holds state stays until the next start, which ends it first.
      expect(
        left()
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(["postgres", "redis"]);
    } finally {
      for (const { pid } of left()) process.kill(pid, "SIGTERM");
    }
  }, 240_000);
});
