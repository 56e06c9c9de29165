import { describe, expect, test } from "@jest/globals";
import { disguisesOf, findLeaks } from "./find-leaks.ts";

const secret = "act.test/Aa+0123456789abcdefABCDEF!6789";
const inBase64 = (before: string, encoding: "base64" | "base64url") =>
  Buffer.from(`${before}${secret} and more`).toString(encoding);
const mangled = secret.slice(0, 10);

describe("a secret is found", () => {
  test.each([
    ["as it is", `"${secret}"`],
    ["in base64", inBase64("", "base64")],
    ["in base64, one byte on", inBase64("x", "base64")],
    ["in base64, two bytes on", inBase64("xy", "base64")],
    ["in base64url", inBase64("x", "base64url")],
    ["percent-encoded", `?t=${encodeURIComponent(secret)}`],
    ["percent-encoded by a form", new URLSearchParams({ secret }).toString()],
    [
      "percent-encoded in lower case",
      encodeURIComponent(secret)
        .toLowerCase()
        .replace(/.*/, () => encodeURIComponent(secret).replaceAll("%2F", "%2f")),
    ],
    ["JSON-escaped", JSON.stringify(JSON.stringify({ secret }))],
    ["in hexadecimal", Buffer.from(secret).toString("hex")],
  ])("%s", (_, text) => {
    expect(findLeaks([secret], [{ where: "here", text: `before ${text} after` }])).not.toEqual([]);
  });
});

test("a redacted or sealed secret is no leak", () => {
  expect(findLeaks([secret], [{ where: "here", text: `[redacted] ${mangled} k1.AbCd` }])).toEqual([]);
});

test("no disguise is so short that it is found by chance", () => {
  for (const disguise of disguisesOf(secret)) expect(disguise.length).toBeGreaterThanOrEqual(16);
});
