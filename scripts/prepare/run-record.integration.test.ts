import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writePrivateFile } from "./private-file.ts";
import { processBirth } from "./process-birth.ts";
import { takeRunRecord } from "./run-record.ts";

describe("one run in a directory", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "reelay-run-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test("a second start is told which process runs, and how to stop it", async () => {
    const record = await takeRunRecord(directory);
    await expect(takeRunRecord(directory)).rejects.toThrow(
      `Reelay already runs in this directory: stop it with Ctrl-C in its terminal, or with \`kill ${process.pid}\`.`,
    );
    record.release();
    (await takeRunRecord(directory)).release();
  });

  test("what a killed run left behind is ended, and nothing else that has its number now", async () => {
    const left = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const leftEnded = new Promise((resolve) => left.once("exit", resolve));
    const gone = { name: "npm start", pid: left.pid, birth: "long ago" };
    writePrivateFile(join(directory, "running.json"), {
      owner: gone,
      children: [
        { name: "redis", pid: left.pid, birth: processBirth(left.pid ?? 0) },
        { name: "postgres", pid: other.pid, birth: "long ago" },
      ],
    });
    const record = await takeRunRecord(directory);
    await leftEnded;
    expect(other.exitCode).toBeNull();
    expect(processBirth(other.pid ?? 0)).not.toBeNull();
    other.kill("SIGKILL");
    await new Promise((resolve) => other.once("exit", resolve));
    record.release();
  });

  test("a record that was cut off does not block", async () => {
    writePrivateFile(join(directory, "running.json"), "half");
    (await takeRunRecord(directory)).release();
  });
});
