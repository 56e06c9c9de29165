import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { allJobs } from "./all-jobs.ts";

test("no job of the catalog is forgotten: readiness and the dashboard see its queue", () => {
  const files = readdirSync(join(import.meta.dirname, "catalog")).filter((file) => !file.endsWith(".test.ts"));
  const names = allJobs.map((job) => job.name);
  expect(names.toSorted()).toEqual(files.map((file) => file.replace(/\.ts$/, "")).toSorted());
  expect(new Set(names).size).toBe(names.length);
});
