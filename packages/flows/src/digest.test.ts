import { describe, expect, test } from "@jest/globals";
import { digestOf } from "./digest.ts";

describe("digest", () => {
  test("the order of keys does not change it, anything else does", () => {
    expect(digestOf({ a: 1, b: { c: [1, 2], d: undefined } })).toBe(digestOf({ b: { c: [1, 2] }, a: 1 }));
    expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }));
    expect(digestOf({ a: "1" })).not.toBe(digestOf({ a: 1 }));
    expect(digestOf({ a: null })).not.toBe(digestOf({}));
  });

  test("keys that objects treat specially are counted like others", () => {
    expect(digestOf(JSON.parse('{"__proto__": 1}'))).not.toBe(digestOf({}));
  });
});
