import { expect, test } from "@jest/globals";
import { safeNext } from "./sign-in-page.ts";

test("after signing in one goes on to a path of ours and nowhere else", () => {
  expect(safeNext("/queues/queue/convert-media?status=failed", "en")).toBe("/queues/queue/convert-media?status=failed");
  for (const foreign of [
    "https://evil.example/",
    "//evil.example",
    "/..//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "sign-in",
    undefined,
    ["/", "/"],
  ]) {
    expect(new URL(safeNext(foreign, "en"), "http://own.test").origin).toBe("http://own.test");
  }
});
