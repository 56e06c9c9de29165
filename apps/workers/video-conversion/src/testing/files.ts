import { execFile } from "node:child_process";
import { readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

async function ffmpeg(output: string, ...args: string[]): Promise<string> {
  await execute("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args, output]);
  return output;
}

export interface TestFiles {
  /** A JPEG of 1200 × 800. */
  readonly image: string;
  /** Half of it. */
  readonly cutImage: string;
  /** An MP4 that TikTok takes as it is. */
  readonly video: string;
  /** Half of it, its index first, as phones and editors write it. */
  readonly cutVideo: string;
}

/** Makes the inputs of these tests in `directory`, by ffmpeg. */
export async function makeTestFiles(directory: string): Promise<TestFiles> {
  const path = (name: string) => join(directory, name);
  const image = path("image.jpg");
  const video = path("video.mp4");
  await ffmpeg(image, "-f", "lavfi", "-i", "testsrc2=size=1200x800:duration=1", "-frames:v", "1");
  const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart"];
  await ffmpeg(video, "-f", "lavfi", "-i", "testsrc2=size=540x960:rate=30:duration=3", ...h264);
  return { image, video, cutImage: await cut(image, path("cut.jpg")), cutVideo: await cut(video, path("cut.mp4")) };
}

async function cut(from: string, to: string): Promise<string> {
  const bytes = await readFile(from);
  await execute("cp", [from, to]);
  await truncate(to, Math.floor(bytes.length / 2));
  return to;
}
