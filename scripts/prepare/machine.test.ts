import { describe, expect, test } from "@jest/globals";
import { machineProblem } from "./machine.mjs";

describe("the machine", () => {
  test("Windows is sent to WSL2 in one sentence", () => {
    expect(machineProblem("win32", "22.0.0")).toMatch(/^Reelay needs Linux or macOS: .*WSL2.*\.$/);
  });

  test.each(["20.18.3", "18.20.0", "19.99.0"])("Node %s is refused with what is needed", (version) => {
    expect(machineProblem("linux", version)).toContain(`Reelay needs Node 20.19 or newer, and this is ${version}`);
  });

  test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("Node %s is good", (version) => {
    expect(machineProblem("linux", version)).toBeNull();
    expect(machineProblem("darwin", version)).toBeNull();
  });
});
