import { expect, test } from "@jest/globals";
import { readFailure, writeFailure } from "./storage-failure.ts";

const system = (code: string) => Object.assign(new Error(code), { code, syscall: "write" });

test.each([
  ["ENOSPC", "storage_full"],
  ["EDQUOT", "storage_full"],
  ["EACCES", "storage_unavailable"],
  ["EROFS", "storage_unavailable"],
  ["EIO", "storage_unavailable"],
])("a write that ends in %s is %s", (code, expected) => {
  expect(writeFailure(system(code)).code).toBe(expected);
});

test.each([
  ["ENOENT", "media_bytes_missing"],
  ["EIO", "storage_unavailable"],
])("a read that ends in %s is %s", (code, expected) => {
  expect(readFailure(system(code), "a").code).toBe(expected);
});
