import { execFile } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const pieceBytes = 1_048_576;

export interface MadeMedia {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * A 3 s H.264 video of exactly `sizeBytes` (at least 2 MB): what the pictures do not fill is a `free` box of pseudo-random
 * bytes, so that any byte in a wrong place changes the digest. The same seed gives the same box.
 */
export async function makeVideo(path: string, sizeBytes: number, seed = 1): Promise<MadeMedia> {
  const plain = `${path}.plain.mp4`;
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=540x960:rate=30:duration=3"];
  const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-movflags", "+faststart"];
  await run("ffmpeg", ["-nostdin", "-v", "error", "-y", ...picture, ...codec, plain], { timeout: 60_000 });
  const video = await readFile(plain);
  await rm(plain);
  const box = Buffer.alloc(8);
  const boxBytes = sizeBytes - video.length;
  if (boxBytes < box.length) throw new RangeError(`the pictures alone take ${video.length} bytes`);
  box.writeUInt32BE(boxBytes, 0);
  box.write("free", 4, "latin1");

  const hash = createHash("sha256");
  const file = createWriteStream(path);
  const write = async (bytes: Buffer) => {
    hash.update(bytes);
    if (!file.write(bytes)) await once(file, "drain");
  };
  await write(video);
  await write(box);
  const noise = createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16));
  for (let left = boxBytes - box.length; left > 0; left -= pieceBytes) {
    await write(noise.update(Buffer.alloc(Math.min(left, pieceBytes))));
  }
  file.end();
  await finished(file);
  return { path, sizeBytes, sha256: hash.digest("hex") };
}

/** A JPEG of a colourful test card. */
export async function makePicture(path: string): Promise<string> {
  const card = ["-f", "lavfi", "-i", "testsrc2=size=1200x800:rate=1:duration=1", "-frames:v", "1", "-q:v", "3"];
  await run("ffmpeg", ["-nostdin", "-v", "error", "-y", ...card, path], { timeout: 60_000 });
  return path;
}
