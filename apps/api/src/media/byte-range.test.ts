import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { byteRange } from "./byte-range.ts";

test.each([
  ["bytes=0-0", { start: 0, end: 0 }],
  ["Bytes=2-5", { start: 2, end: 5 }],
  ["bytes=9-", { start: 9, end: 9 }],
  ["bytes=-1", { start: 9, end: 9 }],
  ["bytes=-10", { start: 0, end: 9 }],
  ["bytes=-11", { start: 0, end: 9 }],
  ["bytes=5-99999999999999999999999999", { start: 5, end: 9 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=99999999999999999999999999-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-2", null],
  ["bytes=0-1,3-4", null],
  ["bytes=-", null],
  ["bytes=", null],
  ["bytes=a-b", null],
  ["bytes=0x1-2", null],
  ["bytes=1-2-3", null],
  ["bytes=+1-2", null],
  ["bytes= 1-2", null],
  ["lines=1-2", null],
  ["", null],
  [undefined, null],
])("%s of ten bytes", (header, expected) => expect(byteRange(header, 10)).toEqual(expected));

test("whatever is asked for, an answer lies within the bytes", () => {
  const number = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String), fc.constant(""), fc.nat(20).map(String));
  fc.assert(
    fc.property(number, number, fc.integer({ min: 1, max: 20 }), (first, last, sizeBytes) => {
      const range = byteRange(`bytes=${first}-${last}`, sizeBytes);
      if (range === null || range === "unsatisfiable") return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeGreaterThanOrEqual(range.start);
      expect(range.end).toBeLessThan(sizeBytes);
    }),
  );
});
