import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { Failure, failures, hintOf, type FailureCode } from "./failure.ts";
import { connectingFailures } from "./failures/connecting.ts";
import { whoActs } from "./failures/failure-spec.ts";
import { mediaFailures } from "./failures/media.ts";
import { ownFailures } from "./failures/own.ts";
import { platformFailures } from "./failures/platform.ts";
import { postRuleFailures } from "./failures/post-rules.ts";
import { publishingFailures } from "./failures/publishing.ts";
import { requestFailures } from "./failures/requests.ts";

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

test("no code stands in two groups, where one would silently hide the other", () => {
  const posting = [postRuleFailures, publishingFailures, platformFailures];
  const groups = [requestFailures, connectingFailures, mediaFailures, ...posting, ownFailures];
  expect(groups.flatMap((group) => Object.keys(group)).toSorted()).toEqual(Object.keys(failures).toSorted());
});

test("a hint names a next step of the caller or the operator, in sentences of both languages", () => {
  const hinted = entries.filter(([code]) => hintOf(code, "en") !== null);
  expect(hinted.length).toBeGreaterThan(10);
  for (const [code, spec] of hinted) {
    expect({ code, ok: spec.who === "caller" || spec.who === "operator" }).toEqual({ code, ok: true });
    expect(hintOf(code, "en")).toMatch(/\.$/);
    expect(hintOf(code, "fr")).toMatch(/\.$/);
    expect(hintOf(code, "fr")).not.toBe(hintOf(code, "en"));
    expect(hintOf(code, "en")).not.toBe(spec.public.en);
  }
});

test("docs/errors.md and the registry name the same codes with the same texts, both ways", () => {
  const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `([a-z0-9_]+)` \| (\w+) \| ([^|]+) \| ([^|]+) \|$/gm)].map((row) =>
    row.slice(1, 5).join("|"),
  );
  const registered = entries.map(([code, spec]) =>
    [code, spec.who, spec.public.en, hintOf(code, "en") ?? "–"].join("|"),
  );
  expect(documented.sort()).toEqual(registered.sort());
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
