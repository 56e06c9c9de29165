import { describe, expect, test } from "@jest/globals";
import { assertUploadAddress } from "./upload-address.ts";

const real = ["*.tiktokapis.com"];

describe("TikTok's upload hosts", () => {
  test.each([
    "https://open-upload.tiktokapis.com/upload?upload_id=1&upload_token=test",
    "https://open-upload-va.tiktokapis.com/video/?x=1",
    "https://upload.us.tiktokapis.com/video/?x=1",
    "https://OPEN-UPLOAD.tiktokapis.com:443/",
  ])("%s is allowed", (address) => {
    expect(assertUploadAddress(address, real).protocol).toBe("https:");
  });

  test.each([
    ["plain http", "http://open-upload.tiktokapis.com/upload"],
    ["another port", "https://open-upload.tiktokapis.com:8443/upload"],
    ["userinfo", "https://open-upload.tiktokapis.com@10.0.0.1/"],
    ["a password before the right host", "https://a:b@open-upload.tiktokapis.com/"],
    ["the right name as a prefix", "https://open-upload.tiktokapis.com.evil.test/"],
    ["the right name as a suffix of a label", "https://open-uploadtiktokapis.com/"],
    ["another service of the same domain", "https://open.tiktokapis.com/v2/"],
    ["the domain itself", "https://tiktokapis.com/"],
    ["a trailing dot", "https://open-upload.tiktokapis.com./"],
    ["a loopback address", "https://127.0.0.1/"],
    ["an IPv6 address", "https://[::1]/"],
    ["a link-local address", "http://169.254.169.254/latest/"],
    ["a decimal address", "https://2130706433/"],
    ["a backslash", "https://evil.test\\@open-upload.tiktokapis.com/"],
    ["a fragment that looks like the host", "https://evil.test#.open-upload.tiktokapis.com"],
    ["another scheme", "ftp://open-upload.tiktokapis.com/"],
    ["a file", "file:///etc/passwd"],
    ["no address", "open-upload.tiktokapis.com"],
    ["nothing", ""],
  ])("%s is blocked, and the failure does not repeat the address", (_, address) => {
    expect(() => assertUploadAddress(address, real)).toThrow(expect.objectContaining({ code: "upload_url_blocked" }));
    expect(() => assertUploadAddress("https://evil.test/?upload_token=secretsecret", real)).not.toThrow(/secretsecret/);
  });
});

test("an exact host and port is allowed by itself, with http, and nothing beside it", () => {
  const simulator = ["127.0.0.1:4010"];
  expect(assertUploadAddress("http://127.0.0.1:4010/upload?x=1", simulator).port).toBe("4010");
  for (const address of [
    "http://127.0.0.1:4011/",
    "http://127.0.0.1/",
    "http://localhost:4010/",
    "http://a@127.0.0.1:4010/",
  ]) {
    expect(() => assertUploadAddress(address, simulator)).toThrow(
      expect.objectContaining({ code: "upload_url_blocked" }),
    );
  }
});
