import { expect, test } from "@jest/globals";
import { searchPattern } from "./search-pattern.ts";

// The few forms that the pattern uses mean the same in both languages; the integration test asks Postgres.
const finds = (text: string, caption: string) => new RegExp(searchPattern(text)).test(caption);

test.each([
  ["été", "Un ÉTÉ à Lyon"],
  ["ETE", "un été à Lyon"],
  ["été", "un ete a lyon"],
  ["café", "cafe\u0301 crème"],
  ["cafe\u0301", "café crème"],
  ["ЁЛКА", "новая елка"],
  ["άνοιξη", "ΑΝΟΙΞΗ"],
  ["한국", "안녕 한국"],
  ["🎉", "party 🎉!"],
])("%j is found in %j", (text, caption) => expect(finds(text, caption)).toBe(true));

test.each(["%", "_", "100%", "a_b", ".*", "(a|b)", "[x]", "\\d", "^a$", "a+b?", "{2}", "***:x", "#lyon", "-", "]"])(
  "%j stands for itself",
  (text) => {
    expect(finds(text, `before ${text} after`)).toBe(true);
    expect(finds(text, "before 5 aXb 1000 after")).toBe(false);
  },
);

test("a longer text is found whole, or not at all", () => {
  expect(finds("à Lyon", "Été A LYON")).toBe(true);
  expect(finds("à Lyon", "Lyon à")).toBe(false);
});
