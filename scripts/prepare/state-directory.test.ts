import { expect, test } from "@jest/globals";
import { stateDirectory } from "./state-directory.ts";

test.each([
  [undefined, "/clone/.reelay"],
  ["", "/clone/.reelay"],
  ["elsewhere", "/clone/elsewhere"],
  ["/var/lib/reelay", "/var/lib/reelay"],
])("with REELAY_DIRECTORY=%j the state lies in %s", (value, expected) => {
  expect(stateDirectory("/clone", { REELAY_DIRECTORY: value })).toBe(expected);
});
