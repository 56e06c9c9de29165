import { frameCountOf, stillOptions } from "@reelay/domain";
import { convertImageToVideo, findFfmpeg, probeMedia, type Ffmpeg } from "@reelay/media";
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";

export interface BenchCheck {
  readonly name: string;
  readonly measured: string;
  readonly target: string;
  readonly holds: boolean;
}

export interface BenchResult {
  readonly id: "P1";
  readonly title: string;
  readonly checks: readonly BenchCheck[];
  readonly holds: boolean;
}

const pairs = 9;
const size = { width: 1080, height: 1920, fps: 30 };
const execute = promisify(execFile);
const signal = new AbortController().signal;

/** P1 of design/product.md: an image to 9:16 video, against the plain command, in alternating pairs. Prints a table. */
export async function benchStillConversion(): Promise<BenchResult> {
  const directory = await mkdtemp(join(tmpdir(), "bench-still-"));
  try {
    return await measure(directory, await findFfmpeg());
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measure(directory: string, ffmpeg: Ffmpeg): Promise<BenchResult> {
  const image = join(directory, "photo.jpg");
  const reference = join(directory, "reference.rgb");
  await makePhoto(image);
  await writeFile(reference, await scaledBySharp(image));
  const plain = {
    path: join(directory, "plain.mp4"),
    run: (durationMs: number) => plainCommand(ffmpeg, image, join(directory, "plain.mp4"), durationMs),
  };
  const ours = {
    path: join(directory, "ours.mp4"),
    run: (durationMs: number) =>
      convertImageToVideo({
        input: image,
        output: join(directory, "ours.mp4"),
        options: stillOptions.parse({ durationMs }),
        signal,
        ffmpeg,
        temporaryDirectory: directory,
      }),
  };
  const similarity = (path: string, matrix: string) => ssim(ffmpeg, path, reference, matrix);
  const checks: BenchCheck[] = [];
  const add = (name: string, holds: boolean, measured: string, target: string) =>
    checks.push({ name, measured, target, holds });

  await ours.run(5_000);
  const times: { plainMs: number; oursMs: number }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const plainMs = await timed(() => plain.run(15_000));
    const oursMs = await middleOfThree(() => ours.run(15_000));
    times.push({ plainMs, oursMs });
  }
  const ratios = times.map(({ plainMs, oursMs }) => plainMs / oursMs);
  const [low, high] = medianInterval(ratios);
  const seconds = (pick: (time: (typeof times)[number]) => number) =>
    `${(median(times.map(pick)) / 1000).toFixed(2)} s`;
  const speed = `${median(ratios).toFixed(1)}× [${low.toFixed(1)}, ${high.toFixed(1)}] (${seconds((t) => t.plainMs)} → ${seconds((t) => t.oursMs)})`;
  add("speed, 15 s", low >= 15, speed, "≥ 15×");

  for (const durationMs of [15_000, 5_000, 5_500, 60_000]) {
    const name = `${durationMs / 1000} s`;
    await plain.run(durationMs);
    await ours.run(durationMs);
    const grown = (await stat(ours.path)).size / (await stat(plain.path)).size;
    add(`size, ${name}`, grown <= 1.5, `${grown.toFixed(2)}×`, "≤ 1.5×");
    // The plain command leaves the JPEG's BT.601 in the video: read as that, it looks its best.
    const lost = (await similarity(plain.path, "bt601")) - (await similarity(ours.path, "bt709"));
    add(`SSIM lost, ${name}`, lost <= 0.02, lost.toFixed(4), "≤ 0.02");
    const probe = await probeMedia(ours.path, "video", { signal, ffmpeg });
    const frames = frameCountOf({ durationMs, fps: size.fps });
    const colour = `${probe.frameCount} frames, ${probe.colorSpace}, ${probe.pixelFormat}`;
    add(
      `frames and colour, ${name}`,
      probe.frameCount === frames && probe.colorSpace === "bt709" && probe.pixelFormat === "yuv420p",
      colour,
      `${frames} frames, bt709, yuv420p`,
    );
  }

  const longer: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const shortMs = await middleOfThree(() => ours.run(5_000));
    longer.push((await middleOfThree(() => ours.run(60_000))) / shortMs);
  }
  const [longLow, longHigh] = medianInterval(longer);
  add(
    "60 s against 5 s",
    longHigh <= 1.6,
    `${median(longer).toFixed(2)}× [${longLow.toFixed(2)}, ${longHigh.toFixed(2)}]`,
    "≤ 1.6×",
  );

  const result: BenchResult = {
    id: "P1",
    title: "image → 1080×1920 video",
    checks,
    holds: checks.every(({ holds }) => holds),
  };
  print(result);
  return result;
}

async function plainCommand(ffmpeg: Ffmpeg, image: string, output: string, durationMs: number): Promise<void> {
  const fit = "scale=1080:1920:force_original_aspect_ratio=decrease,pad=1080:1920:(ow-iw)/2:(oh-ih)/2";
  const args = [
    "-nostdin",
    "-v",
    "error",
    "-y",
    "-loop",
    "1",
    "-i",
    image,
    "-c:v",
    "libx264",
    "-t",
    `${durationMs / 1000}`,
  ];
  await execute(ffmpeg.ffmpegPath, [...args, "-pix_fmt", "yuv420p", "-r", `${size.fps}`, "-vf", fit, output]);
}

/** SSIM of R, G and B over every 15th picture of the video. */
async function ssim(ffmpeg: Ffmpeg, video: string, reference: string, matrix: string): Promise<number> {
  const graph =
    `[0:v]select='not(mod(n,15))',scale=in_color_matrix=${matrix}:in_range=tv,format=gbrp[a];` +
    "[1:v]format=gbrp,loop=loop=-1:size=1[b];[a][b]ssim=shortest=1";
  const raw = [
    "-f",
    "rawvideo",
    "-pixel_format",
    "rgb24",
    "-video_size",
    `${size.width}x${size.height}`,
    "-i",
    reference,
  ];
  const { stderr } = await execute(ffmpeg.ffmpegPath, [
    "-nostdin",
    "-hide_banner",
    "-i",
    video,
    ...raw,
    "-lavfi",
    graph,
    "-f",
    "null",
    "-",
  ]);
  const found = /SSIM .*All:([\d.]+)/.exec(stderr);
  if (found === null) throw new Error(`no SSIM in ${stderr.slice(-300)}`);
  return Number(found[1]);
}

async function scaledBySharp(image: string): Promise<Buffer> {
  return sharp(image)
    .resize(size.width, size.height, { fit: "contain", background: "black" })
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** Noise at seven scales (coarse in colour, fine in light) under translucent shapes: about 2 MB, the same on every machine. */
export async function makePhoto(path: string): Promise<void> {
  const width = 3000;
  const height = 2000;
  const sum = new Float32Array(width * height * 3);
  const layers: [scale: number, weight: number, channels: 1 | 3][] = [
    ...([
      [1500, 1, 3],
      [400, 0.7, 3],
      [120, 0.5, 3],
      [40, 0.35, 3],
    ] as [number, number, 3][]),
    ...([
      [13, 0.3, 1],
      [5, 0.3, 1],
      [2.2, 0.3, 1],
    ] as [number, number, 1][]),
  ];
  for (const [index, [scale, weight, channels]] of layers.entries()) {
    const small = {
      width: Math.max(2, Math.round(width / scale)),
      height: Math.max(2, Math.round(height / scale)),
      channels,
    };
    const random = randomNumbers(100 + index);
    const noise = Buffer.from(
      Array.from({ length: small.width * small.height * channels }, () => Math.floor(random() * 256)),
    );
    const layer = await sharp(noise, { raw: small })
      .resize(width, height, { kernel: "cubic", fit: "fill" })
      .toColourspace(channels === 1 ? "b-w" : "srgb")
      .raw()
      .toBuffer();
    for (let at = 0; at < sum.length; at += 1)
      sum[at]! += weight * (layer[channels === 1 ? Math.floor(at / 3) : at]! - 127.5);
  }
  const pixels = Buffer.from(Uint8ClampedArray.from(sum, (value) => 128 + 0.7 * value).buffer);
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .modulate({ saturation: 0.5 })
    .composite([{ input: Buffer.from(shapes(width, height)) }])
    .jpeg({ quality: 94 })
    .toFile(path);
}

function shapes(width: number, height: number): string {
  const random = randomNumbers(7);
  const colour = () => `rgb(${[0, 0, 0].map(() => Math.floor(random() * 256)).join(",")})`;
  const one = (_: unknown, index: number) => {
    const [x, y, radius] = [random() * width, random() * height, 30 + random() * 250];
    const outline =
      index % 2 === 0
        ? `<circle cx="${x}" cy="${y}" r="${radius}"`
        : `<rect x="${x}" y="${y}" width="${radius * 1.6}" height="${radius}"`;
    return `${outline} fill="${colour()}" fill-opacity="0.45"/>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${Array.from({ length: 60 }, one).join("")}</svg>`;
}

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** For what is so short that one hiccup of the machine would double it. */
async function middleOfThree(work: () => Promise<unknown>): Promise<number> {
  return median([await timed(work), await timed(work), await timed(work)]);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** 95 % interval of the median by resampling with a fixed seed. */
function medianInterval(values: readonly number[]): [low: number, high: number] {
  const random = randomNumbers(1);
  const resampled = Array.from({ length: 4_000 }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)]!)),
  ).toSorted((a, b) => a - b);
  return [resampled[100]!, resampled[3_899]!];
}

function print({ id, title, checks, holds }: BenchResult): void {
  const rows = checks.map((check) => [check.name, check.measured, check.target, check.holds ? "holds" : "MISSED"]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: string[]) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`;
  process.stdout.write(`${[`${id}  ${title}: ${holds ? "holds" : "MISSED"}`, ...rows.map(line)].join("\n")}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { holds } = await benchStillConversion();
  process.exitCode = holds ? 0 : 1;
}
