import * as crypto from "node:crypto";
import { expect, jest, test } from "@jest/globals";

const compared: [number, number][] = [];
jest.unstable_mockModule("node:crypto", () => ({
  ...crypto,
  timingSafeEqual(one: Uint8Array, other: Uint8Array) {
    compared.push([one.byteLength, other.byteLength]);
    return crypto.timingSafeEqual(one, other);
  },
}));
const { verifyTiktokSignature } = await import("./webhook-signature.ts");

// A proof by structure, not by a clock: a measurement on a busy machine shows a difference of nanoseconds to nobody.
test("W12: 10,000 wrong signatures, however long the part that is right, are compared whole and in constant time", () => {
  const secrets = ["test-new-secret", "test-old-secret"];
  const time = 1_770_210_900;
  const rawBody = Buffer.from("{}");
  const right = crypto.createHmac("sha256", secrets[1]!).update(`${time}.{}`).digest("hex");
  for (let tries = 0; tries < 10_000; tries += 1) {
    const sameDigits = Math.floor((tries / 10_000) * 64);
    const wrongDigit = right[sameDigits] === "0" ? "1" : "0";
    const digest = right.slice(0, sameDigits) + wrongDigit + right.slice(sameDigits + 1);
    const given = { header: `t=${time},s=${digest}`, rawBody, secrets, now: new Date(time * 1000) };
    expect(verifyTiktokSignature(given)).toEqual({ ok: false, why: "signature" });
  }
  expect(compared).toHaveLength(20_000);
  expect(compared.every(([one, other]) => one === 32 && other === 32)).toBe(true);
});
