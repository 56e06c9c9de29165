import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { Failure, failures, whoActs, type FailureCode } from "./failure.ts";

const entries = Object.entries(failures) as [FailureCode, (typeof failures)[FailureCode]][];

test("every failure says who acts, in English and French, in sentences", () => {
  for (const [code, { who, public: text }] of entries) {
    expect(code).toMatch(/^[a-z0-9_]+$/);
    expect(whoActs).toContain(who);
    expect(text.en).toMatch(/\.$/);
    expect(text.fr).toMatch(/\.$/);
    expect(text.fr).not.toBe(text.en);
  }
});

test("docs/errors.md and the registry name the same codes with the same texts, both ways", () => {
  const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `([a-z0-9_]+)` \| (\w+) \| (.+) \|$/gm)].map((row) =>
    row.slice(1, 4).join("|"),
  );
  expect(documented.sort()).toEqual(entries.map(([code, spec]) => [code, spec.who, spec.public.en].join("|")).sort());
});

test("a failure carries its code and who acts, and keeps its cause", () => {
  const cause = new Error("reset");
  const failure = new Failure("platform_unreachable", { internal: "POST …: reset", cause });
  expect([failure.code, failure.who, failure.message, failure.cause]).toEqual([
    "platform_unreachable",
    "nobody",
    "POST …: reset",
    cause,
  ]);
});
