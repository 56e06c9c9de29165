import { describe, expect, test } from "@jest/globals";
import { Failure } from "@reelay/domain";
import { appEnvironment, requireProductionEnvironment } from "./environment.ts";

const secrets = {
  tokenEncryptionKeys: "k1:key",
  betterAuthSecret: "secret",
  adminPassword: "password",
  apiKey: "key",
  postgresPassword: "p",
  databasePassword: "d",
  redisPassword: "r",
};
const simulator = {
  wwwUrl: "http://127.0.0.1:1",
  apiUrl: "http://127.0.0.1:2",
  uploadUrl: "http://127.0.0.1:3/upload",
  clientKey: "ck",
  clientSecret: "cs",
};
const started = {
  databaseUrl: "postgresql://x",
  redisUrl: "redis://x",
  simulator,
  port: 3012,
  mediaDirectory: "/state/media",
  secrets,
};

describe("what our apps see", () => {
  test("the simulator stands in for TikTok, and its upload host is allowed", () => {
    expect(appEnvironment({}, started)).toMatchObject({
      PUBLIC_URL: "http://localhost:3012",
      TIKTOK_API_URL: "http://127.0.0.1:2",
      TIKTOK_UPLOAD_HOSTS: "127.0.0.1:3",
      TIKTOK_REDIRECT_URI: "http://localhost:3012/tiktok-callback",
    });
  });

  test("what is set wins over what was generated; empty is not set", () => {
    const env = appEnvironment({ BETTER_AUTH_SECRET: "mine", PUBLIC_URL: "" }, started);
    expect(env).toMatchObject({ BETTER_AUTH_SECRET: "mine", PUBLIC_URL: "http://localhost:3012" });
  });

  test("the passwords of Postgres and Redis themselves are not passed on", () => {
    expect(Object.values(appEnvironment({}, started))).not.toContain(secrets.postgresPassword);
  });
});

test("production names every missing variable at once, and generates none", () => {
  const problems = () => {
    try {
      requireProductionEnvironment({ NODE_ENV: "production" });
    } catch (error) {
      return error instanceof Failure ? error.message : error;
    }
    return null;
  };
  for (const name of [
    "DATABASE_URL",
    "REDIS_URL",
    "TOKEN_ENCRYPTION_KEYS",
    "BETTER_AUTH_SECRET",
    "STORAGE_DIRECTORY",
    "TIKTOK_CLIENT_KEY",
    "TIKTOK_CLIENT_SECRET",
  ]) {
    expect(problems()).toContain(name);
  }
});
