import { expect, test } from "@jest/globals";
import { safeNext } from "./sign-in-page.ts";

test("signing in leads to a path of ours and nowhere else", () => {
  expect(safeNext("/?lang=fr", "en")).toBe("/?lang=fr");
  for (const foreign of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "sign-in",
    undefined,
    ["/", "/"],
    "/%0a//evil.example/..",
    "/..//evil.example",
    "/.//evil.example",
  ]) {
    const next = safeNext(foreign, "en");
    expect(new URL(next, "http://own.test").origin).toBe("http://own.test");
    expect(next.startsWith("/")).toBe(true);
  }
});
