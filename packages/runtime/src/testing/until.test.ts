import { expect, test } from "@jest/globals";
import { until, untilDone } from "./until.ts";

test("what is seen at last is answered, zero and an empty text included", async () => {
  const seen: (number | null | false)[] = [null, false, 0];
  expect(await until(() => seen.shift(), { everyMs: 1 })).toBe(0);
  expect(await until(() => "")).toBe("");
});

test("what never comes true ends with its name", async () => {
  await expect(until(() => false, { limitMs: 5, everyMs: 1, what: "the moon falls" })).rejects.toThrow(
    "not within 0.005 s: the moon falls",
  );
  await expect(untilDone(() => Promise.reject(new Error("no")), { limitMs: 5, everyMs: 1 })).rejects.toThrow("no");
});

test("an error of the look is not waited out", async () => {
  const look = () => {
    throw new Error("broken");
  };
  await expect(until(look)).rejects.toThrow("broken");
});
