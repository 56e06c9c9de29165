import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { checkMedia } from "./media-check.ts";
import { put, startBench } from "./testing/start-bench.ts";

const run = promisify(execFile);
let directory: string;
let good: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "reelay-sim-media-"));
  good = await make("good.mp4", 30, "libx264", "-preset", "ultrafast");
});
afterAll(async () => await rm(directory, { recursive: true, force: true }));

async function make(name: string, rate: number, ...codec: string[]): Promise<string> {
  const path = join(directory, name);
  const source = `color=c=teal:s=360x640:r=${rate}:d=1.5`;
  await run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source, "-c:v", ...codec, "-pix_fmt", "yuv420p", path]);
  return path;
}

test("real files are judged by what is in them", async () => {
  expect(await checkMedia(good, "ffprobe", 2)).toBeNull();
  expect(await checkMedia(good, "ffprobe", 1)).toBe("duration_check_failed");
  const webm = await make("vp8.webm", 24, "libvpx", "-deadline", "realtime", "-cpu-used", "8");
  expect(await checkMedia(webm, "ffprobe", 2)).toBeNull();
  const fast = await make("fast.mp4", 61, "libx264", "-preset", "ultrafast");
  expect(await checkMedia(fast, "ffprobe", 2)).toBe("frame_rate_check_failed");
});

test("text and a file that was cut off are no video", async () => {
  const path = join(directory, "broken.mp4");
  await writeFile(path, "this is a text");
  expect(await checkMedia(path, "ffprobe", 600)).toBe("file_format_check_failed");
  const whole = await readFile(good);
  await writeFile(path, whole.subarray(0, whole.length / 2));
  expect(await checkMedia(path, "ffprobe", 600)).toBe("file_format_check_failed");
});

test("without ffprobe it is the platform's own failure, not the file's", async () => {
  expect(await checkMedia(good, join(directory, "ffprobe"), 600)).toBe("internal");
});

test("what was posted is checked after the last byte: the upload is accepted, the status fails", async () => {
  const bench = await startBench({ mediaCheck: true });
  try {
    const send = async (bytes: Buffer) => {
      const { url, publishId } = await bench.begin(bytes.length);
      expect((await put(url, bytes)).status).toBe(201);
      await bench.world.waitFor(({ posts }) => posts.at(-1)?.status !== "processing", 20_000);
      return (await bench.status(publishId)).data;
    };
    expect(await send(Buffer.from("not a video"))).toMatchObject({
      status: "FAILED",
      fail_reason: "file_format_check_failed",
    });
    expect(await send(await readFile(good))).toMatchObject({ status: "PUBLISH_COMPLETE" });
    expect(bench.world.posts.map(({ status }) => status)).toEqual(["failed", "posted"]);
  } finally {
    await bench.close();
  }
});
