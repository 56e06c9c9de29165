import { expect, test } from "@jest/globals";
import { keyPictureOffset } from "./key-picture-offset.ts";

const unit = (type: number, long = false) => [...(long ? [0] : []), 0, 0, 1, 0x60 | type, 0xaa, 0x80];

test("parameter sets before the first key picture are passed over", () => {
  expect(keyPictureOffset(Buffer.from([...unit(7, true), ...unit(8), ...unit(6), ...unit(5), ...unit(1)]))).toBe(19);
  expect(keyPictureOffset(Buffer.from([...unit(7, true), ...unit(5, true)]))).toBe(7);
  expect(keyPictureOffset(Buffer.from(unit(5)))).toBe(0);
});

test("a stream without a key picture is an error", () => {
  expect(() => keyPictureOffset(Buffer.from(unit(1)))).toThrow(RangeError);
});
