import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { startChild, type Child } from "../prepare/child.ts";
import { processBirth } from "../prepare/process-birth.ts";
import { supervise } from "./supervise.ts";

const directory = mkdtempSync(join(tmpdir(), "reelay-supervise-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const startIdle = () =>
  startChild({
    name: "idle",
    command: process.execPath,
    args: ["-e", "setInterval(() => {}, 1000)"],
    env: {},
    directory,
    logFile: join(directory, "idle.log"),
    stopSignal: "SIGTERM",
    stopLimitMs: 5_000,
  });

/** Each started child, in turn. */
function starts() {
  const waiting: ((child: Child) => void)[] = [];
  const seen: Child[] = [];
  return {
    onStart: (child: Child) => {
      const first = waiting.shift();
      if (first === undefined) seen.push(child);
      else first(child);
    },
    next: () => {
      const child = seen.shift();
      return child === undefined ? new Promise<Child>((resolve) => waiting.push(resolve)) : Promise.resolve(child);
    },
  };
}

describe("a supervised process", () => {
  test("is started again when it is killed, and stays stopped when it is stopped", async () => {
    const { onStart, next } = starts();
    const ends: string[] = [];
    const idle = await supervise({ start: startIdle, onStart, onEnd: (_, how) => ends.push(how), restartAfterMs: 10 });
    const first = await next();
    idle.kill("SIGKILL");
    const second = await next();
    expect(second.pid).not.toBe(first.pid);
    expect(idle.pid()).toBe(second.pid);
    await idle.stop();
    expect(ends).toEqual(["was ended by SIGKILL", "was ended by SIGTERM"]);
    expect(processBirth(second.pid)).toBeNull();
    expect(idle.pid()).toBeUndefined();
  });

  test("is not started again while it is being stopped in the pause", async () => {
    const { onStart, next } = starts();
    let ended = () => undefined as void;
    const hasEnded = new Promise<void>((resolve) => (ended = resolve));
    const idle = await supervise({ start: startIdle, onStart, onEnd: ended, restartAfterMs: 60_000 });
    await next();
    idle.kill("SIGKILL");
    await hasEnded;
    await idle.stop();
    expect(idle.pid()).toBeUndefined();
  });
});
