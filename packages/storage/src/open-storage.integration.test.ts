import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openStorage, type StorageSettings } from "./index.ts";
import { openS3Server } from "./testing/index.ts";

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), "open-storage-"))));
afterAll(() => rm(directory, { recursive: true, force: true }));

const settings = (over: Partial<StorageSettings>): StorageSettings => ({
  STORAGE_DRIVER: "disk",
  STORAGE_DIRECTORY: directory,
  S3_REGION: "us-east-1",
  S3_BUCKET: "media",
  S3_ACCESS_KEY_ID: "S3RVER",
  S3_SECRET_ACCESS_KEY: "S3RVER",
  ...over,
});

test("the driver named is the one that stores", async () => {
  const server = await openS3Server({ buckets: ["media"] });
  try {
    await (await openStorage(settings({}))).check();
    expect(server.faults.seen).toEqual([]);
    await (await openStorage(settings({ STORAGE_DRIVER: "s3", S3_ENDPOINT: server.settings.endpoint }))).check();
    expect(server.faults.seen).toHaveLength(2);
  } finally {
    await server.close();
  }
});

const modulesOf = async (driver: "disk" | "s3"): Promise<string> => {
  const index = fileURLToPath(new URL("index.ts", import.meta.url));
  // Every module that is resolved is said on stdout by a hook of the loader.
  const hook = `export const resolve = async (name, context, next) => { const found = await next(name, context); process._rawDebug(found.url); return found; };`;
  const program = `
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hook)}));
    const { openStorage } = await import(${JSON.stringify(index)});
    await openStorage(${JSON.stringify(settings({ STORAGE_DRIVER: driver }))});`;
  const args = [
    "--conditions=@reelay/source",
    "--no-warnings",
    "--import",
    "tsx",
    "--input-type=module",
    "-e",
    program,
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"], timeout: 60_000 });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (said += text));
  await new Promise((closed) => child.once("close", closed));
  return said;
};

test("Amazon's SDK is loaded by who stores there and by nobody else", async () => {
  const [disk, s3] = [await modulesOf("disk"), await modulesOf("s3")];
  expect(disk).toContain("disk-storage.ts");
  expect(disk).not.toMatch(/@aws-sdk|@smithy/);
  expect(s3).toMatch(/@aws-sdk\/client-s3/);
});
