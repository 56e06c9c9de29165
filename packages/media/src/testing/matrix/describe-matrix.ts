import { beforeAll, expect, test } from "@jest/globals";
import { expectedPlans, targets } from "./expected-plans.ts";
import { judgeAll } from "./judge-all.ts";
import type { Verdicts } from "./judge-source.ts";
import type { Source } from "./source.ts";

/** One test for each source and target: the plan is as the table says, and what comes of it has no fault. */
export function describeMatrix(sources: readonly Source[], { timeoutMs }: { timeoutMs: number }): void {
  let verdicts: Map<string, Verdicts | Error>;
  beforeAll(async () => {
    verdicts = await judgeAll(sources);
  }, timeoutMs);

  const rows = sources.flatMap(({ name }) => targets.map((target) => ({ name, target })));
  test.each(rows)("$name fits $target as planned, or is refused for the right reasons", ({ name, target }) => {
    const verdict = verdicts.get(name);
    if (verdict === undefined || verdict instanceof Error) throw verdict ?? new Error(`${name} was not judged`);
    expect(verdict[target]).toEqual({ plan: expectedPlans[name]?.[target], problems: [] });
  });
}
