import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { html } from "./html.ts";

test("every value is escaped, in text and in quoted attributes", () => {
  const nasty = `</title><script>alert("1")</script>'&`;
  const { text } = html`<a href="${nasty}">${nasty}</a>`;
  expect(text).not.toContain("<script>");
  expect(text.match(/["']/g)).toHaveLength(2);
});

test("no value whatever can open a tag, close an attribute or begin an entity of its own", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const inner = html`${value}`.text;
      expect(inner).not.toMatch(/[<>"']|&(?!#\d+;)/);
    }),
  );
});

test("what html made is not escaped again; lists are joined; nothing is shown for false, null and undefined", () => {
  expect(
    html`<ul>
        ${["a", "<"].map((item) => html`<li>${item}</li>`)}
      </ul>
      ${false}${null}${undefined}${0}`.text,
  ).toBe("<ul><li>a</li><li>&#60;</li></ul>0");
});
