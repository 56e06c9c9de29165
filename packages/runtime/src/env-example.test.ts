import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import * as fragments from "./config-fragments.ts";

test(".env.example lists every variable, and no other", () => {
  const page = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^([A-Z0-9_]+)=/gm)].map((match) => match[1]);
  const known = new Set(Object.values(fragments).flatMap((fragment) => Object.keys(fragment.shape)));
  expect(listed.sort()).toEqual([...known].sort());
});
