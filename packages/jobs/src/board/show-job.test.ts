import { expect, test } from "@jest/globals";
import { showPayload, showReason, showValue } from "./show-job.ts";

const secret = "SECRET123";

test("of a payload ids, numbers and flags are shown and nothing else", () => {
  const id = "01939f5a-0000-7000-8000-000000000001";
  const payload = { rowId: id, ticket: 3, late: true, token: secret, nested: { id, secret }, list: [secret] };
  expect(showPayload(payload)).toEqual({
    rowId: id,
    ticket: 3,
    late: true,
    token: "[redacted]",
    nested: "[redacted]",
    list: "[redacted]",
  });
  expect(showPayload(secret)).toBe("[redacted]");
  expect(showPayload([secret])).toBe("[redacted]");
});

test("of a failure its code is shown, or what BullMQ says itself", () => {
  expect(showReason("platform_error")).toBe("platform_error");
  expect(showReason("job stalled more than allowable limit")).toBe("job stalled more than allowable limit");
  expect(showReason(`fetch failed: ${secret}`)).toBe("[redacted]");
  expect(showReason("toString")).toBe("[redacted]");
  expect(showReason(undefined)).toBeUndefined();
});

test("of an answer a number is shown", () => {
  expect([showValue(40), showValue(null), showValue(secret), showValue({ secret })]).toEqual([
    40,
    null,
    "[redacted]",
    "[redacted]",
  ]);
});
