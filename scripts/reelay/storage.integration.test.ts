import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openS3Server } from "@reelay/storage/testing";
import { repositoryRoot as root } from "../prepare/repository-root.ts";
import { checkStorage } from "./doctor/check-storage.ts";
import { storageCommand } from "./storage.ts";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "storage-command-"))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(words: string[], environment: Record<string, string>, json = false) {
  const lines: string[] = [];
  const terminal = {
    say: (line: string) => void lines.push(line),
    warn: () => undefined,
    isTty: false,
    canAsk: false,
    width: Number.POSITIVE_INFINITY,
    paint: (_colour: unknown, text: string) => text,
    ask: () => Promise.resolve(""),
  };
  const env = { NODE_ENV: "production", ...environment };
  const { signal } = new AbortController();
  const code = await storageCommand.run({
    words,
    text: () => undefined,
    flag: () => json,
    root,
    env,
    terminal,
    signal,
  });
  return { code, lines };
}

test("on S3 it makes the bucket, and the doctor finds it well afterwards", async () => {
  const server = await openS3Server();
  try {
    const env = { NODE_ENV: "production", ...server.environment("tiktok-media") };
    const here = { directory, pid: null, hasStarted: false, env, apiUrl: undefined, isSimulated: false };
    const states = async () => (await checkStorage({ here, limitMs: 3_000 })).map(({ state }) => state);
    expect(await states()).toEqual(["bad"]);
    const { code, lines } = await run(["setup"], env);
    expect(code).toBe(0);
    expect(lines[0]).toContain("the bucket tiktok-media was made");
    expect(await states()).toEqual(["good", "good", "good"]);
    expect((await run(["setup"], env)).lines[0]).toContain("is there");
    expect(JSON.parse((await run(["setup"], env, true)).lines.join(""))).toMatchObject({ ok: true });
  } finally {
    await server.close();
  }
});

test("what is missing is named at once", async () => {
  const { code, lines } = await run(["setup"], { STORAGE_DRIVER: "s3" });
  expect(code).toBe(1);
  for (const name of ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"])
    expect(lines.join("\n")).toContain(`${name} is required`);
});

test("on a disk it makes the directory and says what is free", async () => {
  const STORAGE_DIRECTORY = join(directory, "media");
  const { lines } = await run(["setup"], { STORAGE_DIRECTORY, MEDIA_MAX_BYTES: "1" });
  expect(lines[0]).toMatch(/media has [\d.]+ GiB free$/);
  expect(existsSync(join(STORAGE_DIRECTORY, "objects"))).toBe(true);
});

test("another word is misuse", async () => {
  await expect(run(["wipe"], {})).rejects.toThrow(/does not know "wipe"/);
});
