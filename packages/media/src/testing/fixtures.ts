import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import sharp from "sharp";

const execute = promisify(execFile);

/** Runs ffmpeg as a person would, to make inputs. */
export async function makeWithFfmpeg(args: readonly string[], output: string): Promise<string> {
  await execute("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args, output]);
  return output;
}

interface TestVideo {
  readonly seconds: number;
  readonly size?: string;
  readonly sound?: boolean;
  readonly options?: readonly string[];
}

/** Arguments for a moving test picture, H.264 at 30 frames a second. */
export function testVideo({ seconds, size = "640x360", sound = false, options = [] }: TestVideo): string[] {
  const tone = sound ? ["-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`, "-c:a", "aac"] : [];
  const picture = ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=30:duration=${seconds}`];
  return [...picture, ...tone, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", ...options];
}

/** A detailed JPEG: four quarters of red, green, blue and grey under noise. */
export async function makeJpeg(path: string, width = 1200, height = 800, orientation?: number): Promise<string> {
  const quarter = (left: number, top: number, background: string) => ({
    input: { create: { width: Math.ceil(width / 2), height: Math.ceil(height / 2), channels: 3 as const, background } },
    left,
    top,
  });
  const image = sharp({ create: { width, height, channels: 3, background: "#808080" } }).composite([
    quarter(0, 0, "#c02020"),
    quarter(Math.floor(width / 2), 0, "#20a020"),
    quarter(0, Math.floor(height / 2), "#2020c0"),
  ]);
  await (orientation === undefined ? image : image.withMetadata({ orientation })).jpeg({ quality: 92 }).toFile(path);
  return path;
}

/** A PNG that declares its size and holds no picture. */
export async function makeDeclaringPng(path: string, width: number, height: number): Promise<string> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  await writeFile(path, Buffer.concat([signature, pngChunk("IHDR", header), pngChunk("IEND", Buffer.alloc(0))]));
  return path;
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
