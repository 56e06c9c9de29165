import { describe, expect, test } from "@jest/globals";
import { planInstall, type InstallRights } from "./tools.ts";

const nobody: InstallRights = { platform: "linux", isRoot: false, hasSudo: false, hasApt: true, hasBrew: false };

describe("installing what is missing", () => {
  test("without the right to install it stops with the exact command", () => {
    expect(() => planInstall(["redis", "ffmpeg"], nobody)).toThrow(
      "redis-server and ffmpeg are missing and this user may not install packages: run `sudo apt-get install -y --no-install-recommends redis-server ffmpeg` and start again.",
    );
  });

  test("only what is missing is named", () => {
    expect(() => planInstall(["ffmpeg"], nobody)).toThrow("ffmpeg is missing");
    expect(() => planInstall(["ffmpeg"], nobody)).not.toThrow("redis");
  });

  test("root installs by apt-get, and says so before", () => {
    const plan = planInstall(["redis"], { ...nobody, isRoot: true });
    expect(plan.sentence).toBe(
      "redis-server is missing: running `apt-get install -y --no-install-recommends redis-server`.",
    );
    expect(plan.command).toBe("sh");
    expect(plan.args.at(-1)).toBe("redis-server");
  });

  test("sudo is used only where it asks no password", () => {
    expect(planInstall(["redis"], { ...nobody, hasSudo: true })).toMatchObject({
      command: "sudo",
      args: expect.arrayContaining(["-n"]),
    });
  });

  test("an installed service is not started: a policy stands while apt-get runs, and is taken away", () => {
    const script = planInstall(["redis"], { ...nobody, isRoot: true }).args[1] ?? "";
    expect(script).toContain("exit 101");
    expect(script).toContain(`trap 'rm -f "$guard"' EXIT`);
    expect(script).toContain("DEBIAN_FRONTEND=noninteractive");
  });

  test("macOS installs by brew, or is told where brew is", () => {
    const mac: InstallRights = { ...nobody, platform: "darwin", hasApt: false };
    expect(planInstall(["redis", "ffmpeg"], { ...mac, hasBrew: true })).toMatchObject({
      command: "brew",
      args: ["install", "redis", "ffmpeg"],
    });
    expect(() => planInstall(["redis"], mac)).toThrow(
      "install Homebrew from https://brew.sh, then run `brew install redis`",
    );
  });
});
