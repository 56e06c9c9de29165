import { describe, expect, test } from "@jest/globals";
import {
  databaseConfig,
  httpConfig,
  mediaConfig,
  processConfig,
  storageConfig,
  vaultConfig,
} from "./config-fragments.ts";
import { parseConfig } from "./parse-config.ts";

const schema = processConfig.extend(databaseConfig.shape).extend(vaultConfig.shape).extend(mediaConfig.shape);
const key = Buffer.alloc(32, 7).toString("base64");
const good = { DATABASE_URL: "postgres://u:p@localhost/db", TOKEN_ENCRYPTION_KEYS: `new:${key},old:${key}` };

test("every missing and malformed variable is named at once, and no value is quoted", () => {
  let message = "";
  try {
    parseConfig(schema, {
      DATABASE_URL: "mysql://secret@x",
      LOG_LEVEL: "loud",
      MEDIA_MAX_BYTES: "many",
      TOKEN_ENCRYPTION_KEYS: "",
    });
  } catch (error) {
    message = String(error);
  }
  for (const name of ["DATABASE_URL", "LOG_LEVEL", "MEDIA_MAX_BYTES", "TOKEN_ENCRYPTION_KEYS"])
    expect(message).toContain(name);
  expect(message).toContain("TOKEN_ENCRYPTION_KEYS: is required");
  expect(message).not.toContain("secret");
});

test("a configuration is frozen and holds only what its schema names", () => {
  const config = parseConfig(schema, { ...good, TIKTOK_CLIENT_SECRET: "x" });
  expect(Object.isFrozen(config)).toBe(true);
  expect(Object.keys(config)).not.toContain("TIKTOK_CLIENT_SECRET");
  expect(config.TOKEN_ENCRYPTION_KEYS.map(({ id, key: bytes }) => [id, bytes.length])).toEqual([
    ["new", 32],
    ["old", 32],
  ]);
});

test.each(["k:c2hvcnQ=", `a:${key},a:${key}`, key, `bad id:${key}`])("encryption keys %p are refused", (keys) => {
  expect(() => parseConfig(schema, { ...good, TOKEN_ENCRYPTION_KEYS: keys })).toThrow("TOKEN_ENCRYPTION_KEYS");
});

test("video/mov is read as video/quicktime, and an unknown type is refused", () => {
  expect(parseConfig(schema, { ...good, MEDIA_TYPES: "video/mov, image/png" }).MEDIA_TYPES).toEqual([
    "video/quicktime",
    "image/png",
  ]);
  expect(() => parseConfig(schema, { ...good, MEDIA_TYPES: "text/html" })).toThrow("MEDIA_TYPES");
});

test("whom to believe about where a request comes from: nobody, so many proxies, or those of subnets", () => {
  const trusted = (TRUST_PROXY?: string) => parseConfig(httpConfig, { TRUST_PROXY }).TRUST_PROXY;
  expect([trusted(), trusted(""), trusted("0")]).toEqual([false, false, false]);
  expect(trusted("2")).toBe(2);
  expect(trusted("10.0.0.0/8, loopback,2001:db8::/32")).toEqual(["10.0.0.0/8", "loopback", "2001:db8::/32"]);
  for (const wrong of ["true", "-1", "10", "0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0/8", "proxy.example", "1,2"])
    expect(() => trusted(wrong)).toThrow("TRUST_PROXY");
});

describe("what a driver of storage needs is named with everything else", () => {
  const named = (environment: Record<string, string>) => {
    try {
      parseConfig(databaseConfig.extend(storageConfig.shape), environment);
    } catch (error) {
      return [...String(error).matchAll(/^ {2}([A-Z0-9_]+): is required$/gm)].map(([, name]) => name);
    }
    return [];
  };

  test.each([
    [{}, ["DATABASE_URL", "STORAGE_DIRECTORY"]],
    [{ STORAGE_DRIVER: "disk" }, ["DATABASE_URL", "STORAGE_DIRECTORY"]],
    [{ STORAGE_DRIVER: "s3" }, ["DATABASE_URL", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]],
    [{ STORAGE_DRIVER: "s3", S3_ACCESS_KEY_ID: "a" }, ["DATABASE_URL", "S3_SECRET_ACCESS_KEY"]],
    [{ DATABASE_URL: good.DATABASE_URL, STORAGE_DIRECTORY: "/media" }, []],
    [{ DATABASE_URL: good.DATABASE_URL, STORAGE_DRIVER: "s3", S3_ACCESS_KEY_ID: "a", S3_SECRET_ACCESS_KEY: "b" }, []],
  ])("%j", (environment, expected) => expect(named(environment)).toEqual(expected));

  test("an unknown driver needs nothing but its own correction", () => {
    expect(() => parseConfig(storageConfig, { STORAGE_DRIVER: "tape" })).toThrow(/malformed:\n {2}STORAGE_DRIVER: .*$/);
  });
});
