import { expect, test } from "@jest/globals";
import { returnAddress } from "./return-address.ts";

const own = "https://reelay.example";

test("a path of ours, our own address and an allowed origin are returned to", () => {
  expect(returnAddress("/accounts?x=1", own, [])).toBe("https://reelay.example/accounts?x=1");
  expect(returnAddress("https://reelay.example/", own, [])).toBe("https://reelay.example/");
  expect(returnAddress("https://app.example/done", own, ["https://app.example"])).toBe("https://app.example/done");
});

test.each([
  "https://evil.example/",
  "//evil.example/",
  "\\\\evil.example",
  "https://reelay.example.evil.example/",
  "https://reelay.example@evil.example/",
  "https://user:pass@reelay.example/",
  "https://app.example:444/",
  "http://reelay.example/",
  "javascript:alert(1)",
  "data:text/html,x",
  "http://[bad",
])("%s is not returned to", (address) => {
  expect(() => returnAddress(address, own, ["https://app.example"])).toThrow(
    expect.objectContaining({ code: "return_to_not_allowed" }),
  );
});

test("an allowed origin that is no web address allows nothing", () => {
  expect(() => returnAddress("myapp://done", own, ["null", "myapp://done"])).toThrow(
    expect.objectContaining({ code: "return_to_not_allowed" }),
  );
});
