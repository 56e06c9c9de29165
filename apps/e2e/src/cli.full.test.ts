import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makePicture, makeVideo } from "./testing/make-media.ts";
import { runReelay, startReelay } from "./testing/run-reelay.ts";
import { startTestStack, type TestStack } from "./testing/start-test-stack.ts";
import { until } from "@reelay/runtime/testing";

let on: TestStack;
let picture: string;
let accountId: string;
let openId: string;

beforeAll(async () => {
  on = await startTestStack();
  picture = await makePicture(join(on.directory, "picture.jpg"));
  ({ accountId, openId } = await on.connect("cli.creator"));
}, 120_000);
afterAll(async () => on.stop(), 60_000);

const reelay = (...args: string[]) => runReelay(args, { REELAY_DIRECTORY: on.directory });
const postsOf = async (openId: string) => (await on.simulator.posts()).filter((post) => post.openId === openId);
const tokenLike = /\b(act|rft)\.|rly_|v1\.k1\./;

/** The commands of docs/operations.md as they stand there, split as a shell would. */
async function documentedCommands(): Promise<string[][]> {
  const page = await readFile(join(import.meta.dirname, "..", "..", "..", "docs", "operations.md"), "utf8");
  return [...page.matchAll(/^npm run reelay -- ([^#\n]+)/gm)].map(([, line = ""]) =>
    [...line.trim().matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
  );
}

describe("against what runs in the state directory", () => {
  test("doctor finds nothing wrong, for people and for programs", async () => {
    const { code, out, errors } = await reelay("doctor");
    expect(`${out}${errors}`).not.toContain("✗");
    expect(out).toContain(`Reelay runs in ${on.directory}`);
    expect(out).toContain("Nothing is wrong.");
    expect(code).toBe(0);
    const { out: json } = await reelay("doctor", "--json");
    const { ok, findings } = JSON.parse(json);
    expect(ok).toBe(true);
    const states = findings.map(({ check, state }: { check: string; state: string }) => `${check}: ${state}`);
    expect(states).toContain("PUBLIC_URL: good");
    expect(new Set(findings.map(({ state }: { state: string }) => state))).toEqual(new Set(["good"]));
    expect(json).not.toMatch(tokenLike);
  }, 60_000);

  test("doctor without ffmpeg names the line that installs it, and ends with 1", async () => {
    const PATH = dirname(process.execPath).startsWith("/usr") ? on.directory : dirname(process.execPath);
    const { code, out } = await runReelay(["doctor"], { REELAY_DIRECTORY: on.directory, PATH });
    expect(code).toBe(1);
    expect(out).toContain("✗ ffmpeg");
    expect(out).toMatch(/→ Install it: (sudo apt-get|brew) install/);
  }, 60_000);

  test("accounts shows state and how long the tokens live, and never a token", async () => {
    const { code, out } = await reelay("accounts");
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toMatch(/^handle +platform +state +cause +access +refresh +synced +id$/);
    expect(out).toMatch(
      new RegExp(
        `^@cli\\.creator +tiktok +connected +in \\d+ \\w+ +in \\d+ d +(never|\\d+ \\w+ ago) +${accountId}$`,
        "m",
      ),
    );
    const { out: json } = await reelay("accounts", "--json");
    expect(JSON.parse(json).accounts[0]).toMatchObject({ handle: "cli.creator", state: "connected" });
    expect(out + json).not.toMatch(tokenLike);
    expect((await reelay("accounts", "--workspace", "somebody else's")).out).toBe("No account is connected here.\n");
  }, 60_000);

  test("queues shows each queue with a living worker; pause stops what is new, resume lets it go on", async () => {
    const { out } = await reelay("queues");
    expect(out).toMatch(/^advance-publication +\d+ /m);
    const { out: json } = await reelay("queues", "--json");
    for (const { workers } of JSON.parse(json).queues) expect(workers).toBe(1);

    expect((await reelay("queues", "pause")).out).toContain("Paused");
    const accepted = await reelay("publish", picture, ...target(), "--caption", "held", "--consent", "--json");
    const { publicationId } = JSON.parse(accepted.out);
    const held = async () => {
      const { status, waitReason } = await on.api.get(`/api/publications/${publicationId}`);
      return status === "waiting" && waitReason === "paused" ? true : undefined;
    };
    await until(held, { what: "the post is held by the pause", limitMs: 60_000 });
    expect((await reelay("resume")).out).toBe("Ended the pause: publishing goes on.\n");
    const followed = await reelay("publish", "--follow", publicationId);
    expect(followed).toMatchObject({
      code: 0,
      out: expect.stringContaining("Published; only public posts have an address."),
    });
    expect((await reelay("queues", "resume")).out).toContain("It was running already");
    expect((await reelay("queues", "retry-failed", "convert-media")).out).toBe("No job of convert-media has failed.\n");
  }, 120_000);

  test("migrate finds every migration applied", async () => {
    expect(await reelay("migrate")).toMatchObject({ code: 0, out: "The database has every migration.\n" });
  }, 60_000);
});

const target = () => ["--account", "@cli.creator", "--privacy", "SELF_ONLY"];

describe("publish", () => {
  test("a video goes up in a stream, is followed step by step, and is posted as it is", async () => {
    const video = await makeVideo(join(on.directory, 'a "quoted" vidéo.mp4'), 12_345_678);
    const { code, out, errors } = await reelay(
      "publish",
      video.path,
      ...["--account", "@cli.creator", "--privacy", "PUBLIC_TO_EVERYONE"],
      "--caption=Été à Lyon",
      "--allow=comment",
      "--consent",
      "--wait",
    );
    expect(errors).toBe("");
    expect(code).toBe(0);
    for (const step of ["upload", "probe", "convert", "send chunks", "publish"])
      expect(out).toContain(`  ${step} done`);
    const post = (await postsOf(openId)).find(({ title }) => title === "Été à Lyon");
    expect(post).toMatchObject({ sha256: video.sha256, privacyLevel: "PUBLIC_TO_EVERYONE" });
    expect(out).toContain(`Published: ${post?.permalink}`);
    const { items } = await on.api.get("/api/media?limit=1");
    expect(items[0].fileName).toContain("vidéo.mp4");
  }, 120_000);

  test("for a program: one JSON object on stdout, everything else on stderr", async () => {
    const args = [
      "publish",
      picture,
      "--account",
      accountId,
      "--privacy",
      "PUBLIC_TO_EVERYONE",
      "--caption",
      "as JSON",
    ];
    const { code, out, errors } = await reelay(...args, "--consent", "--wait", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ status: "published", permalink: expect.stringMatching(/^http/) });
    expect(errors).toContain("upload");
  }, 120_000);

  test("Ctrl-C leaves the accepted post to Reelay and says how to follow it", async () => {
    const scheduledAt = new Date(Date.now() + 6_000).toISOString();
    const args = ["publish", picture, ...target(), "--caption", "left alone", "--schedule", scheduledAt];
    const running = startReelay([...args, "--consent", "--wait"], { REELAY_DIRECTORY: on.directory });
    await until(() => (running.said().includes("send chunks …") ? true : undefined), {
      what: "it is followed",
      limitMs: 60_000,
    });
    running.kill("SIGINT");
    const { code, errors } = await running.ended;
    expect(code).toBe(130);
    const id = /publish --follow (\S+)` shows it/.exec(errors)?.[1] ?? "";
    const { code: followed, out } = await reelay("publish", "--follow", id);
    expect(followed).toBe(0);
    expect(out).toContain("Published");
    expect((await postsOf(openId)).filter(({ title }) => title === "left alone")).toHaveLength(1);
  }, 120_000);

  test("a refused file and a refused post are told with everything that is wrong, and end with 4", async () => {
    const text = join(on.directory, "not-a-video.mp4");
    await writeFile(text, "this is no video\n".repeat(500_000));
    const refused = await reelay("publish", text, ...target(), "--caption", "no", "--consent");
    expect(refused).toMatchObject({ code: 4, errors: expect.stringContaining("(media_type_unsupported, 422, ") });

    const caption = "x".repeat(2_300);
    const long = await reelay(
      "publish",
      picture,
      "--account",
      accountId,
      "--privacy=FOLLOWERS",
      "--caption",
      caption,
      "--consent",
    );
    expect(long.code).toBe(4);
    expect(long.errors).toMatch(/targets\.0\.options\.privacyLevel: /);
    expect(long.errors).toMatch(/\n {2}request \S+\n$/);
    const early = ["--privacy", "SELF_ONLY", "--caption", caption, "--schedule", "2020-01-01T00:00:00Z", "--consent"];
    const both = await reelay("publish", picture, "--account", accountId, ...early);
    expect(both.errors).toContain("caption_too_long");
    expect(both.errors).toContain("scheduled_in_past");
    expect(both.code).toBe(4);
  }, 60_000);

  test("a file above the limit is refused while it is still being sent, in the API's own words", async () => {
    const big = await makeVideo(join(on.directory, "big.mp4"), 110_000_000);
    const { code, errors } = await reelay("publish", big.path, ...target(), "--caption", "no", "--consent");
    await rm(big.path);
    expect({ code, errors }).toEqual({ code: 4, errors: expect.stringContaining("(media_too_large, 413, ") });
  }, 60_000);

  test("what is missing is asked of the person in one sentence before anything is sent", async () => {
    const before = (await on.api.get("/api/media")).items.length;
    const said = async (...args: string[]) => {
      const { code, errors } = await reelay("publish", ...args);
      return `${code} ${errors.trim()}`;
    };
    const base = [picture, "--account", accountId, "--caption", "x"];
    expect(await said(...base, "--consent")).toMatch(/^2 Choose who may see the post with --privacy: .*SELF_ONLY/);
    expect(await said(...base, "--privacy=SELF_ONLY")).toMatch(/^2 The creator's consent is missing/);
    expect(await said(...base, "--schedule=tomorrow")).toMatch(/^2 --schedule must be a time with its zone/);
    expect(await said(picture, "--account=@nobody", "--caption=x")).toMatch(/^4 No account @nobody is connected here/);
    expect(await said(join(on.directory, "none.mp4"), "--account=x", "--caption=x")).toMatch(/^2 There is no file /);
    expect((await on.api.get("/api/media")).items).toHaveLength(before);
  }, 60_000);
});

describe("what does not answer is told in one sentence", () => {
  test("nothing runs, a wrong address, a wrong key", async () => {
    const nowhere = await mkdtemp(join(tmpdir(), "reelay-cli-"));
    try {
      const elsewhere = { REELAY_DIRECTORY: join(nowhere, "state") };
      for (const command of ["accounts", "queues", "sync", "migrate", "resume"]) {
        const { code, out, errors } = await runReelay([command], elsewhere);
        expect({ code, out }).toEqual({ code: 3, out: "" });
        expect(errors).toMatch(/^Nothing runs in .+: start Reelay with `npm start`.+\n$/);
      }
      const doctor = await runReelay(["doctor"], elsewhere);
      expect(doctor).toMatchObject({ code: 0, out: expect.stringContaining("Nothing runs in ") });
      const away = { ...elsewhere, REELAY_API_KEY: "rly_x" };
      expect(await runReelay(["sync", "--api", "http://127.0.0.1:1"], away)).toMatchObject({
        code: 3,
        errors: "http://127.0.0.1:1 does not answer: start Reelay, or correct --api (REELAY_API_URL).\n",
      });
      const wrongKey = await runReelay(["sync", "--account", "x", "--api", on.stack.urls.api], away);
      expect(wrongKey).toMatchObject({
        code: 4,
        errors: expect.stringContaining("(unauthorized, 401, you have to act)"),
      });
    } finally {
      await rm(nowhere, { recursive: true, force: true });
    }
  }, 60_000);

  test("an unknown command and a wrong option end with 2", async () => {
    expect(await reelay("dance")).toMatchObject({ code: 2, errors: expect.stringContaining("no command") });
    expect(await reelay("doctor", "--loud")).toMatchObject({
      code: 2,
      errors: expect.stringContaining("doctor --help"),
    });
    expect(await reelay()).toMatchObject({ code: 2, out: expect.stringContaining("Usage: ") });
  }, 60_000);
});

test("every command of docs/operations.md works as it stands there", async () => {
  const documented = await documentedCommands();
  expect(new Set(documented.map(([name]) => name))).toEqual(
    new Set(["--help", "doctor", "accounts", "publish", "sync", "queues", "migrate", "resume", "storage"]),
  );
  const here: Record<string, string> = {
    "picture.jpg": picture,
    "@creator": "@cli.creator",
    "My workspace": "My workspace",
  };
  for (const command of documented) {
    const args = command.map((word) => here[word] ?? word);
    const { code, errors } = await reelay(...args);
    expect({ command, code, errors }).toMatchObject({ command, code: 0 });
  }
}, 180_000);
