import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  isCancelable,
  isEditable,
  isFinal,
  publicationStatuses,
  transition,
  transitions,
  type PublicationStatus,
} from "./publication.ts";
import { everyEvent, exitsOf, statesPage } from "./states-page.ts";

const anyEvents = fc.array(fc.constantFrom(...everyEvent), { maxLength: 60 });

describe("the transition table", () => {
  test("every event of the table is drawn", () => {
    const inTable = new Set(Object.values(transitions).flatMap((row) => Object.keys(row)));
    expect(new Set(everyEvent.map(({ type }) => type))).toEqual(inTable);
  });

  test("every status is reached from acceptance, except a draft, which begins one", () => {
    const reached = new Set<PublicationStatus>(["preparing", "scheduled", "waiting"]);
    for (const status of reached) for (const next of exitsOf(status).keys()) reached.add(next);
    expect([...reached, "draft"].sort()).toEqual([...publicationStatuses].sort());
  });

  test("canceled is left by nothing, failed by a person alone, published and delivered by the platform's word alone", () => {
    const leaves = (status: PublicationStatus) =>
      [...exitsOf(status)].filter(([next]) => next !== status).map(([, events]) => [...events]);
    expect(leaves("canceled")).toEqual([]);
    expect(leaves("published")).toEqual([]);
    expect(leaves("delivered")).toEqual([["published"]]);
    expect(new Set(leaves("failed").flat())).toEqual(new Set(["retried"]));
  });

  test("the irrevocable call is begun only while uploading, and canceled never after it", () => {
    const legalIn = (type: string) => publicationStatuses.filter((status) => Object.hasOwn(transitions[status], type));
    expect(legalIn("intent_saved")).toEqual(["uploading"]);
    expect(legalIn("canceled")).toEqual(["draft", "preparing", "scheduled", "waiting", "uploading"]);
  });

  test("a random walk never leaves the statuses, and an illegal event changes nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom(...publicationStatuses), anyEvents, (from, events) => {
        let status = from;
        for (const event of events) {
          const after = transition(status, event);
          if (after.ok) status = after.status;
          else expect(after).toEqual({ ok: false, from: status, event: event.type });
          expect(publicationStatuses).toContain(status);
        }
      }),
    );
  });

  test("a walk is published at most once and, once published, for good", () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        let status: PublicationStatus = "waiting";
        let entered = 0;
        for (const event of events) {
          const after = transition(status, event);
          if (!after.ok) continue;
          if (after.status === "published" && status !== "published") entered += 1;
          if (status === "published") expect(after.status).toBe("published");
          status = after.status;
        }
        expect(entered).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("misspelt events and missing fields do not compile", () => {
    // @ts-expect-error no such event
    expect(transition("waiting", { type: "begun" }).ok).toBe(false);
    // @ts-expect-error held needs its reason
    expect(transition("waiting", { type: "held" }).ok).toBe(true);
  });
});

describe("what people may do", () => {
  const rows = publicationStatuses.flatMap((status) =>
    [true, false].flatMap((hasIntent) => [{ status, hasIntent, leased: false, hasCheckpoint: false }]),
  );
  test.each(rows)("in $status with an intent $hasIntent", (row) => {
    if (row.hasIntent) expect([isEditable(row), isCancelable(row)]).toEqual([false, false]);
    if (isFinal(row.status)) expect([isEditable(row), isCancelable(row)]).toEqual([false, false]);
    if (isEditable(row)) expect(isCancelable(row)).toBe(true);
    expect(isCancelable(row)).toBe(!row.hasIntent && transition(row.status, { type: "canceled" }).ok);
  });
});

test("docs/states.md is the drawing of this table", () => {
  const page = readFileSync(new URL("../../../docs/states.md", import.meta.url), "utf8");
  expect(page).toBe(statesPage());
});
