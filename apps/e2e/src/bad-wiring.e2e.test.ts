import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { Environment } from "@reelay/runtime";
import { nodeProgram } from "../../../scripts/prepare/node-program.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const machine = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
const directory = await mkdtemp(join(tmpdir(), "reelay-wiring-"));
await chmod(directory, 0o711);
const started: TestStack[] = [];
afterAll(async () => {
  await Promise.all(started.map((stack) => stack.stop()));
  await rm(directory, { recursive: true, force: true });
}, 120_000);

/** Runs one of our programs to its end. */
function runToEnd(file: string, env: Environment, args: string[] = []): Promise<{ code: number | null; said: string }> {
  const program = nodeProgram(root, file, args);
  const child = spawn(program.command, program.args, {
    cwd: root,
    env: { ...env } as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })));
}

/** Variables that have no default in production, by program. */
const required = {
  "scripts/start/main.ts":
    "BETTER_AUTH_SECRET DATABASE_URL REDIS_URL STORAGE_DIRECTORY TIKTOK_CLIENT_KEY TIKTOK_CLIENT_SECRET TOKEN_ENCRYPTION_KEYS",
  "apps/api/src/main.ts":
    "BETTER_AUTH_SECRET DATABASE_URL REDIS_URL STORAGE_DIRECTORY TIKTOK_CLIENT_KEY TIKTOK_CLIENT_SECRET TOKEN_ENCRYPTION_KEYS",
  "apps/workers/publish/src/main.ts":
    "DATABASE_URL REDIS_URL STORAGE_DIRECTORY TIKTOK_CLIENT_KEY TIKTOK_CLIENT_SECRET TOKEN_ENCRYPTION_KEYS",
  "apps/workers/token-refresh/src/main.ts":
    "DATABASE_URL REDIS_URL TIKTOK_CLIENT_KEY TIKTOK_CLIENT_SECRET TOKEN_ENCRYPTION_KEYS",
  "apps/dashboard/src/main.ts": "BETTER_AUTH_SECRET DATABASE_URL REDIS_URL",
  "apps/workers/video-conversion/src/main.ts": "DATABASE_URL REDIS_URL STORAGE_DIRECTORY",
};

describe("in production nothing is made up: every missing variable is named at once", () => {
  test.each(Object.entries(required))(
    "%s",
    async (file, names) => {
      const state = join(directory, "never");
      const { code, said } = await runToEnd(file, { ...machine, NODE_ENV: "production", REELAY_DIRECTORY: state });
      expect(code).toBe(1);
      expect(said).not.toMatch(/^\s+at /m);
      const named = [...said.matchAll(/^\s*([A-Z_]+): is required$/gm)].map(([, name]) => name);
      expect(named.toSorted()).toEqual(names.split(" "));
      expect(existsSync(state)).toBe(false);
    },
    120_000,
  );

  test("with S3 its keys are named with the rest, and no directory", async () => {
    const env = { ...machine, NODE_ENV: "production", STORAGE_DRIVER: "s3" };
    const { code, said } = await runToEnd("apps/workers/video-conversion/src/main.ts", env);
    expect(code).toBe(1);
    const named = [...said.matchAll(/^\s*([A-Z0-9_]+): is required$/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(["DATABASE_URL", "REDIS_URL", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]);
  }, 120_000);

  test("a malformed variable is named too, and its value is not shown", async () => {
    const env = {
      ...machine,
      NODE_ENV: "production",
      TOKEN_ENCRYPTION_KEYS: "k1:tooShortAndSecret",
      TIME_SCALE: "much",
    };
    const { code, said } = await runToEnd("apps/workers/publish/src/main.ts", env);
    expect(code).toBe(1);
    expect(said).toContain("TOKEN_ENCRYPTION_KEYS: must be id:base64");
    expect(said).toContain("TIME_SCALE: ");
    expect(said).toContain("DATABASE_URL: is required");
    expect(said).not.toContain("tooShort");
  }, 120_000);
});

describe("a wrong encryption key", () => {
  test("refuses to start, in every process that holds keys, and the right one starts again", async () => {
    const state = join(directory, "state");
    const first = await startTestStack({ directory: state });
    started.push(first);
    await first.connect("sealed.creator");
    const { env } = first.stack;
    const wrong = { TOKEN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}` };
    for (const file of ["apps/api/src/main.ts", "apps/workers/publish/src/main.ts"]) {
      const { code, said } = await runToEnd(file, { ...env, ...wrong, PORT: "0" });
      expect(code).toBe(1);
      expect(said).toContain("TOKEN_ENCRYPTION_KEYS");
      expect(said).not.toMatch(/^\s+at /m);
    }
    await first.stop();

    await expect(startTestStack({ directory: state, env: wrong })).rejects.toMatchObject({ code: "sealed_unreadable" });
    expect(existsSync(join(state, "running.json"))).toBe(false);

    const again = await startTestStack({ directory: state });
    started.push(again);
    expect((await again.api.get("/api/accounts")).items).toHaveLength(1);
  }, 240_000);
});
