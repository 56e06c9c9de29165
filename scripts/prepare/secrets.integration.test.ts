import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { bootstrapConfig, identityConfig, parseConfig, vaultConfig } from "@reelay/runtime";
import { loadSecrets } from "./secrets.ts";

const directory = mkdtempSync(join(tmpdir(), "reelay-secrets-"));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("secrets are made once, fit our own rules, and only this user can read them", () => {
  const secrets = loadSecrets(directory);
  expect(statSync(join(directory, "secrets.json")).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(["secrets.json"]);
  expect(loadSecrets(directory)).toEqual(secrets);
  parseConfig(vaultConfig.extend(identityConfig.shape).extend(bootstrapConfig.shape), {
    TOKEN_ENCRYPTION_KEYS: secrets.tokenEncryptionKeys,
    BETTER_AUTH_SECRET: secrets.betterAuthSecret,
    REELAY_ADMIN_PASSWORD: secrets.adminPassword,
    REELAY_BOOTSTRAP_API_KEY: secrets.apiKey,
  });
});
