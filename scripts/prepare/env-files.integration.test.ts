import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { withEnvFiles } from "./env-files.ts";

describe("env files", () => {
  const root = mkdtempSync(join(tmpdir(), "reelay-env-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, ".env"), 'PORT=1\nPUBLIC_URL="http://from.env"\nLOG_LEVEL=info # a comment\n');
  writeFileSync(join(root, ".env.local"), "PORT=2\n");

  test("what is set wins over .env.local, which wins over .env", () => {
    expect(withEnvFiles(root, { LOG_LEVEL: "warn" })).toEqual({
      PORT: "2",
      PUBLIC_URL: "http://from.env",
      LOG_LEVEL: "warn",
    });
  });

  test("production reads no file", () => {
    expect(withEnvFiles(root, { NODE_ENV: "production" })).toEqual({ NODE_ENV: "production" });
  });

  test("no file is no problem", () => {
    expect(withEnvFiles(join(root, "nowhere"), { A: "1" })).toEqual({ A: "1" });
  });
});
