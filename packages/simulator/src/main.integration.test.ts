import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const program = fileURLToPath(new URL("main.ts", import.meta.url));
let directory: string;
let child: ChildProcess;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-sim-main-"));
});
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  await rm(directory, { recursive: true, force: true });
});

async function start(
  options: object,
  stdin: "pipe" | "ignore" = "ignore",
): Promise<{ wwwUrl: string; apiUrl: string }> {
  const args = ["--conditions=@reelay/source", "--no-warnings", "--import", "tsx", program, JSON.stringify(options)];
  child = spawn(process.execPath, args, { stdio: [stdin, "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await once(lines, "line")) as [string];
  return JSON.parse(line) as { wwwUrl: string; apiUrl: string };
}
const ended = async () => (await once(child, "exit"))[0] as number | null;

test("one JSON line says where it is; the control API scripts it; SIGTERM ends it, and a second start remembers", async () => {
  const options = { directory, keepState: true, mediaCheck: false, app: { liftLimits: true } };
  const { wwwUrl, apiUrl } = await start(options);
  const control = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${wwwUrl}/_control/${path}`, {
      method,
      ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) };
  };
  const { body: creator } = await control("POST", "accounts", { username: "scripted", maxVideoDurationSec: 60 });
  await control("PATCH", `accounts/${creator.openId}`, { commentDisabled: true });
  const { body: granted } = await control("POST", "grant", { openId: creator.openId });
  const creatorInfo = async () => {
    const response = await fetch(`${apiUrl}/v2/post/publish/creator_info/query/`, {
      method: "POST",
      headers: { authorization: `Bearer ${granted.accessToken}` },
    });
    return { status: response.status, body: await response.json() };
  };
  expect((await creatorInfo()).body).toMatchObject({
    data: { creator_username: "scripted", comment_disabled: true, max_video_post_duration_sec: 60 },
  });
  const fault = { endpoint: "creator_info", mode: { name: "errorBeforeEffect", body: "json" }, times: 9 };
  expect((await control("POST", "faults", fault)).status).toBe(204);
  expect((await creatorInfo()).status).toBe(502);
  await control("DELETE", "faults");
  expect((await creatorInfo()).status).toBe(200);
  expect((await control("POST", "settings", { statusLag: 3 })).status).toBe(204);
  expect((await control("POST", "settings", { statusLagg: 3 })).status).toBe(400);
  expect((await control("POST", "faults", { endpoint: "nowhere", mode: "hold" })).status).toBe(400);
  expect((await control("GET", "calls")).body.calls.map((call: { httpStatus: number }) => call.httpStatus)).toEqual([
    200, 502, 200,
  ]);
  expect([(await control("GET", "posts")).body, (await control("GET", "uploads")).body]).toEqual([[], []]);
  await control("POST", "revoke", { openId: creator.openId });
  expect((await creatorInfo()).status).toBe(401);
  child.kill("SIGTERM");
  expect(await ended()).toBe(0);
  const again = await start(options);
  const accounts = (await (await fetch(`${again.wwwUrl}/_control/accounts`)).json()) as { username: string }[];
  expect(accounts.map(({ username }) => username)).toEqual(["demo.creator", "scripted"]);
});

test("it ends with the pipe of its parent", async () => {
  await start({ directory }, "pipe");
  child.stdin?.end();
  expect(await ended()).toBe(0);
});

test("Ctrl-C ends it", async () => {
  await start({ directory });
  child.kill("SIGINT");
  expect(await ended()).toBe(0);
});
