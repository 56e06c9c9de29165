import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..", "..");
const directory = mkdtempSync(join(tmpdir(), "reelay-refusals-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the start program to its end; resolves with its exit code and everything it said. */
function start(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const args = ["--no-warnings", join(root, "scripts", "start.mjs"), "--no-demo"];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { REELAY_DIRECTORY: join(directory, "state"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => void (said += text));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, said })));
}

describe("npm start refuses in one sentence, and leaves nothing running", () => {
  test("missing programs, no right to install: the exact command", async () => {
    const port = "0";
    const { code, said } = await start({
      PATH: dirname(process.execPath).startsWith("/usr") ? join(directory, "empty") : dirname(process.execPath),
      PORT: port,
    });
    expect(code).toBe(1);
    const install =
      process.platform === "darwin"
        ? "`brew install redis ffmpeg`"
        : "`sudo apt-get install -y --no-install-recommends redis-server ffmpeg`";
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(said).toContain("redis-server and ffmpeg are missing");
    expect(said).toContain(install);
    expect(existsSync(join(directory, "state", "running.json"))).toBe(false);
  }, 120_000);

  test("taken port: the command with another one", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { code, said } = await start({ PATH: dirname(process.execPath), PORT: String(port) });
    server.close();
    expect(code).toBe(1);
    expect(said.trim()).toBe(
      `Port ${port} is taken by another program: run \`PORT=${port + 10} npm start\`, or stop that program first.`,
    );
  }, 120_000);
});
