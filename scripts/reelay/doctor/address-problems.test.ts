import { describe, expect, test } from "@jest/globals";
import { publicUrlProblem, redirectUriProblem } from "./address-problems.ts";

const long = (length: number) => {
  const start = "https://reelay.example.com/";
  return start + "a".repeat(length - start.length);
};

describe("the redirect URI, by TikTok's rules", () => {
  test.each([
    "https://reelay.example.com/tiktok-callback",
    "https://reelay.example.com:8443/tiktok-callback/",
    "https://93.184.216.34/tiktok-callback",
    "http://localhost:3002/tiktok-callback",
    "http://127.0.0.1:80/tiktok-callback",
    "https://localhost:3002/tiktok-callback",
    long(511),
  ])("%s is good", (uri) => {
    expect(redirectUriProblem(uri)).toBeNull();
  });

  test.each([
    ["tiktok-callback", "is no address"],
    ["http://localhost:*/tiktok-callback", "is no address"],
    ["http://reelay.example.com/tiktok-callback", "is not https"],
    ["ftp://localhost:3002/tiktok-callback", "is neither http nor https"],
    ["http://localhost/tiktok-callback", "has no port"],
    ["https://127.0.0.1/tiktok-callback", "has no port"],
    ["https://reelay.example.com/tiktok-callback?from=tiktok", "has a query"],
    ["https://reelay.example.com/tiktok-callback?", "has a query"],
    ["https://reelay.example.com/tiktok-callback#top", "has a fragment"],
    ["https://reelay.example.com/tiktok-callback#", "has a fragment"],
    ["https://ada:secret@reelay.example.com/tiktok-callback", "holds a user or password"],
    ["https://192.168.1.7/tiktok-callback", "users cannot reach"],
    ["https://10.0.0.1/tiktok-callback", "users cannot reach"],
    ["https://[::1]/tiktok-callback", "users cannot reach"],
    ["https://reelay/tiktok-callback", "users cannot reach"],
    ["https://reelay.local/tiktok-callback", "users cannot reach"],
    [long(512), "has 512 characters"],
  ])("%s is refused, with what to do", (uri, why) => {
    const problem = redirectUriProblem(uri);
    expect(problem?.says).toContain(why);
    expect(problem?.fix).toMatch(/^[A-Z].+\.$|3002\/tiktok-callback\.$/);
    expect(JSON.stringify(problem)).not.toContain("secret");
  });
});

describe("PUBLIC_URL", () => {
  const at = (publicUrl: string, isProduction = false) => publicUrlProblem(publicUrl, { port: 3002, isProduction });

  test.each([["http://localhost:3002"], ["https://reelay.example.com"], ["https://reelay.example.com/base"]])(
    "%s is good",
    (publicUrl) => {
      expect(at(publicUrl)).toBeNull();
    },
  );

  test.each([
    ["http://localhost:3000", false, "names port 3000, but PORT is 3002"],
    ["http://localhost:3002", true, "is localhost"],
    ["http://reelay.example.com", false, "is not https"],
    ["https://reelay.example.com/?a=1", false, "has a query"],
  ])("%s (production: %s) is refused", (publicUrl, isProduction, why) => {
    expect(at(publicUrl, isProduction)?.says).toContain(why);
  });
});
