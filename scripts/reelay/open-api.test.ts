import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Environment } from "@reelay/runtime";
import { takeRunRecord } from "../prepare/run-record.ts";
import { loadSecrets } from "../prepare/secrets.ts";
import type { Call } from "./command.ts";
import { findInstallation } from "./installation.ts";
import { openApi } from "./open-api.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "reelay-cli-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const call = (options: Record<string, string>, env: Environment = {}) =>
  ({
    text: (name: string) => options[name],
    flag: () => false,
    root: directory,
    env: { REELAY_DIRECTORY: directory, ...env },
    signal: new AbortController().signal,
  }) as unknown as Call;

async function run(api: string) {
  const record = await takeRunRecord(directory);
  const { apiKey } = loadSecrets(directory);
  record.setAddresses({ api });
  return { apiKey, stop: () => record.release() };
}

describe("which API, with which key", () => {
  test("what runs here, with its own key", async () => {
    const { apiKey } = await run("http://localhost:4711");
    expect(openApi(call({}))).toMatchObject({ baseUrl: "http://localhost:4711", apiKey });
  });

  test("flags before the environment before what runs here", async () => {
    await run("http://localhost:4711");
    const env = { REELAY_API_URL: "https://env.example.com/", REELAY_API_KEY: "rly_env" };
    expect(openApi(call({}, env))).toMatchObject({ baseUrl: "https://env.example.com", apiKey: "rly_env" });
    const flags = { api: "https://flag.example.com", key: "rly_flag" };
    expect(openApi(call(flags, env))).toMatchObject({ baseUrl: "https://flag.example.com", apiKey: "rly_flag" });
  });

  test("the key of what runs here is sent nowhere else", async () => {
    await run("http://localhost:4711");
    expect(() => openApi(call({ api: "https://elsewhere.example.com" }))).toThrow(
      "The key of https://elsewhere.example.com is missing: set REELAY_API_KEY.",
    );
    expect(openApi(call({ api: "http://localhost:4711" })).apiKey).toMatch(/^rly_/);
  });

  test("nothing runs: one sentence, and nothing is written", async () => {
    const before = findInstallation(directory, { REELAY_DIRECTORY: directory });
    expect(before).toMatchObject({ pid: null, hasStarted: false, apiUrl: undefined });
    expect(() => openApi(call({}))).toThrow(/^Nothing runs in .+: start Reelay with `npm start`/);
    const { stop } = await run("http://localhost:4711");
    stop();
    expect(() => openApi(call({}))).toThrow("Nothing runs in");
  });

  test.each(["reelay.example.com", "ftp://reelay.example.com", "https://ada:secret@reelay.example.com"])(
    "%s is no address of an API",
    (api) => {
      expect(() => openApi(call({ api, key: "rly_x" }))).toThrow("must look like");
    },
  );
});
