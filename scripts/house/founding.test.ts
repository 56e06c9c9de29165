import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const page = readFileSync(at("docs/founding.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| asked for"))
  .map((line) => line.split("|").map((cell) => cell.trim().replace(/^`|`$/g, "")))
  .map(([, asked = "", where = "", testFile = "", name = ""]) => ({ asked, where, testFile, name }));

describe("docs/founding.md", () => {
  test("has a row for every seed line", () => expect(rows).toHaveLength(29));

  test.each(rows.filter((row) => row.where !== "–"))("$asked: $where exists", ({ where }) =>
    expect(existsSync(at(where))).toBe(true),
  );

  test.each(rows.filter((row) => row.testFile !== "–"))("$asked: its test bears the name", ({ testFile, name }) => {
    expect(readFileSync(at(testFile), "utf8")).toContain(name);
  });
});
