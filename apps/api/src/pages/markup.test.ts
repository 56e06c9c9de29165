import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { markup } from "./markup.ts";

test("every value is escaped, in text and in quoted attributes", () => {
  const nasty = `</title><script>alert("1")</script>'&`;
  const { text } = markup`<a href="${nasty}">${nasty}</a>`;
  expect(text).not.toContain("<script>");
  expect(text.match(/["']/g)).toHaveLength(2);
});

test("no value whatever can open a tag, close an attribute or begin an entity of its own", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const inner = markup`${value}`.text;
      expect(inner).not.toMatch(/[<>"']|&(?!#\d+;)/);
    }),
  );
});

test("what markup made is not escaped again; lists are joined; nothing is shown for false, null and undefined", () => {
  const items = ["a", "<"].map((item) => markup`<li>${item}</li>`);
  expect(markup`<ul>${items}</ul>${false}${null}${undefined}${0}`.text).toBe("<ul><li>a</li><li>&#60;</li></ul>0");
});
