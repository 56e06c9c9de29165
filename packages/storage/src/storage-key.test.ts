import { describe, expect, test } from "@jest/globals";
import { isStorageKey } from "./storage-key.ts";

describe("a storage key", () => {
  test.each(["a", "media/0192/original.mp4", "w/1/r_2-3.mp4"])("%s is one of ours", (key) => {
    expect(isStorageKey(key)).toBe(true);
  });

  test.each([
    "",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a/..",
    "a//b",
    "a/",
    ".hidden",
    "a/.b",
    "A",
    "a b",
    "a\0b",
    "a\\b",
    "a".repeat(513),
    "é",
    "a\n",
  ])("%j never reaches the disk", (key) => {
    expect(isStorageKey(key)).toBe(false);
  });
});
