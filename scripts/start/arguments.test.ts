import { expect, test } from "@jest/globals";
import { parseStartArguments } from "./arguments.ts";

test("arguments of npm start", () => {
  expect(parseStartArguments([])).toEqual({ demo: true, processes: false, yes: false });
  expect(parseStartArguments(["--no-demo", "--processes", "--yes"])).toEqual({
    demo: false,
    processes: true,
    yes: true,
  });
});

test("an unknown argument stops it in one sentence", () => {
  expect(() => parseStartArguments(["--nodemo"])).toThrow("and nothing else.");
});
