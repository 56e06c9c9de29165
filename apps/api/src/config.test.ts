import { expect, test } from "@jest/globals";
import { parseConfig, tiktokRedirectUri } from "./config.ts";

const whole = {
  DATABASE_URL: "postgres://test@localhost/test",
  REDIS_URL: "redis://localhost",
  STORAGE_DIRECTORY: "/tmp/test-media",
  TOKEN_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString("base64")}`,
  TIKTOK_CLIENT_KEY: "test-client-key",
  TIKTOK_CLIENT_SECRET: "test-client-secret",
  BETTER_AUTH_SECRET: "test-secret-of-at-least-32-characters",
};

test("missing variables are all named at once", () => {
  const thrown = (): unknown => {
    try {
      return parseConfig({});
    } catch (error) {
      return error;
    }
  };
  expect(thrown()).toMatchObject({ code: "config_invalid" });
  for (const name of Object.keys(whole)) expect(String(thrown())).toContain(name);
});

test("the redirect address defaults to ours, and the founding application's variable is read too", () => {
  expect(tiktokRedirectUri(parseConfig(whole))).toBe("http://localhost:3002/tiktok-callback");
  expect(tiktokRedirectUri(parseConfig({ ...whole, NEXT_PUBLIC_TIKTOK_REDIRECT_URI: "https://app.example/tt" }))).toBe(
    "https://app.example/tt",
  );
});
