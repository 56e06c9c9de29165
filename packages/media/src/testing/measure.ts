import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);
const sampleRate = 48_000;

async function ffmpeg(...args: string[]): Promise<{ stdout: Buffer; stderr: string }> {
  const { stdout, stderr } = await execute("ffmpeg", ["-nostdin", "-hide_banner", ...args], {
    encoding: "buffer",
    maxBuffer: 2 ** 28,
  });
  return { stdout, stderr: stderr.toString("utf8") };
}

/** SSIM over all planes of a video to another; `filters` makes of the second what the first should be. */
export async function ssimTo(path: string, source: string, filters = "null"): Promise<number> {
  const graph = `[1:v]${filters},format=yuv420p,settb=1/1000,setpts=N[s];[0:v]settb=1/1000,setpts=N[o];[o][s]ssim`;
  const { stderr } = await ffmpeg("-i", path, "-i", source, "-lavfi", graph, "-f", "null", "-");
  return Number(/All:([\d.]+)/.exec(stderr)?.[1]);
}

/** When a flash is first seen and a tone first heard, in seconds. */
export async function flashAndTone(path: string): Promise<{ seen: number; heard: number }> {
  const { stderr } = await ffmpeg(
    "-i",
    path,
    "-vf",
    "signalstats,metadata=print:key=lavfi.signalstats.YAVG",
    "-f",
    "null",
    "-",
  );
  let seen = NaN;
  let at = NaN;
  for (const line of stderr.split("\n")) {
    at = Number(/pts_time:([\d.]+)/.exec(line)?.[1] ?? at);
    const brightness = /YAVG=([\d.]+)/.exec(line)?.[1];
    if (brightness !== undefined && Number(brightness) > 100 && Number.isNaN(seen)) seen = at;
  }
  const sound = ["-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", `${sampleRate}`, "-f", "s16le", "-"];
  const { stdout } = await ffmpeg("-v", "error", "-i", path, "-map", "0:a", ...sound);
  let heard = NaN;
  for (let index = 0; index + 1 < stdout.length; index += 2) {
    if (Math.abs(stdout.readInt16LE(index)) > 3_000) {
      heard = index / 2 / sampleRate;
      break;
    }
  }
  return { seen, heard };
}

/** Integrated loudness (EBU R128) in LUFS. */
export async function loudness(path: string): Promise<number> {
  const { stderr } = await ffmpeg("-i", path, "-map", "0:a:0", "-af", "ebur128", "-f", "null", "-");
  return Number(/I:\s+(-?[\d.]+) LUFS\s*\n\s*Threshold/.exec(stderr)?.[1]);
}

/** Mean of red, green and blue of a picture at a time, as a player shows it. */
export async function meanColor(path: string, atSeconds = 0): Promise<[number, number, number]> {
  const picture = ["-vf", "scale=16:16:flags=area,format=rgb24", "-frames:v", "1", "-f", "rawvideo", "-"];
  const { stdout } = await ffmpeg("-v", "error", "-ss", `${atSeconds}`, "-i", path, ...picture);
  const mean = (channel: number) => {
    let sum = 0;
    for (let at = channel; at < stdout.length; at += 3) sum += stdout[at] ?? 0;
    return Math.round(sum / (stdout.length / 3));
  };
  return [mean(0), mean(1), mean(2)];
}

/** Names of the boxes of an MP4 down to the sample tables, in order. */
export async function boxesOf(path: string): Promise<string[]> {
  const bytes = await readFile(path);
  const inside = new Set(["moov", "trak", "edts", "mdia", "minf", "stbl", "udta", "meta"]);
  const walk = (from: number, to: number): string[] => {
    const names: string[] = [];
    for (let at = from; at + 8 <= to;) {
      const name = bytes.toString("latin1", at + 4, at + 8);
      const size = bytes.readUInt32BE(at) || to - at;
      names.push(name, ...(inside.has(name) ? walk(at + 8, Math.min(to, at + size)) : []));
      at += Math.max(8, size);
    }
    return names;
  };
  return walk(0, bytes.length);
}

interface Shown {
  readonly codec_name: string;
  readonly profile?: string;
  readonly width: number;
  readonly height: number;
  readonly [name: string]: unknown;
}

export async function streamsOf(path: string): Promise<{ video: Shown; audio: Shown | undefined; count: number }> {
  const { stdout } = await execute("ffprobe", ["-v", "error", "-show_streams", "-of", "json", path]);
  const { streams } = JSON.parse(stdout) as { streams: (Shown & { codec_type: string })[] };
  const of = (type: string) => streams.find((one) => one.codec_type === type);
  const video = of("video");
  if (!video) throw new Error(`no picture in ${path}`);
  return { video, audio: of("audio"), count: streams.length };
}

/** Presentation times of the pictures, in seconds, and which are key pictures. */
export async function pictureTimes(path: string): Promise<{ at: number; isKey: boolean }[]> {
  const args = [
    "-v",
    "error",
    "-select_streams",
    "v:0",
    "-show_entries",
    "packet=pts_time,flags",
    "-of",
    "csv=p=0",
    path,
  ];
  const { stdout } = await execute("ffprobe", args, { maxBuffer: 2 ** 26 });
  const pictures = stdout
    .trim()
    .split("\n")
    .map((line) => ({ at: Number(line.split(",")[0]), isKey: line.includes("K") }));
  return pictures.toSorted((one, other) => one.at - other.at);
}
