import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AudioRecipe } from "@reelay/domain";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findFfmpeg, type Ffmpeg } from "./find-ffmpeg.ts";
import { getVideoMetadata } from "./get-video-metadata.ts";
import { remuxVideo } from "./remux-video.ts";
import { makeWithFfmpeg } from "./testing/fixtures.ts";
import { boxesOf, flashAndTone, streamsOf } from "./testing/measure.ts";

let directory: string;
let ffmpeg: Ffmpeg;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-remux-"));
  ffmpeg = await findFfmpeg({});
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const never = new AbortController().signal;
let made = 0;
const path = (ending: string) => join(directory, `${(made += 1)}.${ending}`);
const make = (ending: string, ...args: string[]) => makeWithFfmpeg(args, path(ending));
const x264 = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-pix_fmt", "yuv420p"];
const flash = [
  ...["-f", "lavfi", "-i"],
  "testsrc2=size=320x240:rate=30:duration=3,eq=brightness=-0.6,drawbox=color=white:t=fill:enable='between(t,1,1.2)'",
];
const beep = ["-f", "lavfi", "-i", "aevalsrc='if(between(t,1,1.2),sin(440*2*PI*t),0)':sample_rate=44100:duration=3"];

async function remux(input: string, audio: AudioRecipe = "copy") {
  const temporaryDirectory = await mkdtemp(join(directory, "temporary-"));
  const output = path("out.mp4");
  const probe = await getVideoMetadata(input, { signal: never, ffmpeg });
  const result = await remuxVideo({ input, output, probe, audio, signal: never, ffmpeg, temporaryDirectory });
  expect(await readdir(temporaryDirectory)).toEqual([]);
  return { output, result };
}
async function pictureDigest(file: string): Promise<string> {
  const args = ["-v", "error", "-i", file, "-map", "0:v:0", "-f", "md5", "-"];
  return (await promisify(execFile)("ffmpeg", args)).stdout;
}
const apart = async (file: string) => {
  const { seen, heard } = await flashAndTone(file);
  return heard - seen;
};

describe("a video copied into an MP4", () => {
  test.each([["mp4"], ["mov"], ["mkv"]])(
    "from %s has the same pictures, its index first, no edit list, and stays in step",
    async (from) => {
      const source = await make(from, ...flash, ...beep, ...x264, "-c:a", "aac");
      const { output, result } = await remux(source);
      expect(await pictureDigest(output)).toBe(await pictureDigest(source));
      const boxes = await boxesOf(output);
      expect(boxes.indexOf("moov")).toBeLessThan(boxes.indexOf("mdat"));
      expect(boxes).not.toContain("edts");
      expect(boxes).not.toContain("elst");
      expect(Math.abs(await apart(output))).toBeLessThan(0.02);
      expect((await streamsOf(output)).video).toMatchObject({ start_time: "0.000000" });
      expect(Math.abs(result.durationMs - 3_000)).toBeLessThan(60);
    },
    60_000,
  );

  test.each<[string, string[], string[]]>([
    ["the sound begins late", [], ["-itsoffset", "0.4"]],
    ["the picture begins late", ["-itsoffset", "0.4"], []],
  ])(
    "stays in step when %s",
    async (_name, shiftPicture, shiftSound) => {
      const source = await make("mkv", ...shiftPicture, ...flash, ...shiftSound, ...beep, ...x264, "-c:a", "aac");
      for (const audio of ["copy", "encode"] as const) {
        const { output } = await remux(source, audio);
        expect(Math.abs((await apart(output)) - (await apart(source)))).toBeLessThan(0.02);
      }
    },
    60_000,
  );

  test("has one picture and one sound and nothing else of what the source had", async () => {
    const subtitles = path("srt");
    await writeFile(subtitles, "1\n00:00:00,000 --> 00:00:01,000\nhidden text\n");
    const source = await make(
      "mkv",
      ...[
        ...flash,
        ...beep,
        ...beep,
        "-i",
        subtitles,
        "-map",
        "0:v",
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-map",
        "2:a",
        "-map",
        "3:s",
      ],
      ...[
        ...x264,
        "-c:a",
        "aac",
        "-c:s",
        "srt",
        "-metadata",
        "comment=<script>alert(1)</script>",
        "-metadata:s:v",
        "title=secret place",
      ],
    );
    const { output } = await remux(source);
    expect((await streamsOf(output)).count).toBe(2);
    const bytes = (await readFile(output)).toString("latin1");
    for (const secret of ["<script>", "secret place", "hidden text"]) expect(bytes).not.toContain(secret);
  }, 60_000);

  test("gets AAC where its own sound is not accepted, in step too", async () => {
    const source = await make("mkv", ...flash, ...beep, ...x264, "-c:a", "flac");
    const { output } = await remux(source, "encode");
    expect((await streamsOf(output)).audio).toMatchObject({ codec_name: "aac" });
    expect(Math.abs(await apart(output))).toBeLessThan(0.02);
  }, 60_000);

  test("keeps its rotation for players to apply", async () => {
    const flat = await make("mp4", ...flash, ...x264);
    const source = await make("mp4", "-i", flat, "-c", "copy", "-metadata:s:v", "rotate=90");
    const { output } = await remux(source, "none");
    const { side_data_list: kept } = (await streamsOf(output)).video;
    expect(kept).toEqual((await streamsOf(source)).video["side_data_list"]);
    expect(JSON.stringify(kept)).toContain("rotation");
  }, 60_000);

  test("that is damaged is the file's fault, and leaves nothing behind", async () => {
    const source = await make("mp4", ...flash, ...x264);
    const probe = await getVideoMetadata(source, { signal: never, ffmpeg });
    const broken = path("mp4");
    await writeFile(broken, Buffer.alloc(5_000, 0x55));
    const temporaryDirectory = await mkdtemp(join(directory, "temporary-"));
    const output = path("out.mp4");
    await expect(
      remuxVideo({ input: broken, output, probe, audio: "none", signal: never, ffmpeg, temporaryDirectory }),
    ).rejects.toMatchObject({ code: "media_unreadable" });
    expect(await readdir(temporaryDirectory)).toEqual([]);
    expect(await readdir(directory)).not.toContain(output.split("/").at(-1));
  }, 60_000);
});
