import { expect, jest, test } from "@jest/globals";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkFfmpegInstalled, findFfmpeg } from "./index.ts";

// Real ffmpeg on a machine that may be busy.
jest.setTimeout(60_000);

test("ffmpeg and ffprobe are found, with their version", async () => {
  expect(await findFfmpeg()).toMatchObject({
    ffmpegPath: expect.stringMatching(/ffmpeg/),
    ffprobePath: expect.stringMatching(/ffprobe/),
    version: expect.stringMatching(/^\S+$/),
  });
});

test("the machine is asked once, and again after a failure", async () => {
  expect(await findFfmpeg()).toBe(await findFfmpeg({}));
  const directory = await mkdtemp(join(tmpdir(), "reelay-ffmpeg-"));
  const ffmpegPath = join(directory, "ffmpeg");
  await expect(findFfmpeg({ ffmpegPath })).rejects.toMatchObject({ code: "ffmpeg_missing" });
  await symlink((await findFfmpeg()).ffmpegPath, ffmpegPath);
  expect(await findFfmpeg({ ffmpegPath })).toMatchObject({ ffmpegPath });
  await rm(directory, { recursive: true });
});

test("a configured path that does not run is the operator's failure, not a silent fallback", async () => {
  await expect(findFfmpeg({ ffmpegPath: "/nowhere/ffmpeg" })).rejects.toMatchObject({
    code: "ffmpeg_missing",
    who: "operator",
  });
  await expect(findFfmpeg({ ffprobePath: "/nowhere/ffprobe" })).rejects.toMatchObject({ code: "ffmpeg_missing" });
});

test("an ffmpeg that cannot encode is as good as none", async () => {
  await expect(findFfmpeg({ ffmpegPath: "/bin/true" })).rejects.toMatchObject({ code: "ffmpeg_missing" });
});

test.each([
  ["linux", "apt-get install -y ffmpeg"],
  ["darwin", "brew install ffmpeg"],
  ["win32", "choco install ffmpeg"],
] as const)("on %s the check names the command that helps", async (platform, command) => {
  expect(await checkFfmpegInstalled({ ffmpegPath: "/nowhere/ffmpeg" }, platform)).toMatchObject({
    installed: false,
    hint: expect.stringContaining(command),
  });
});

test("the check says which version is there", async () => {
  expect(await checkFfmpegInstalled()).toMatchObject({ installed: true, version: expect.any(String), hint: null });
});
