import { runTool } from "./run-tool.ts";
import { beepHz } from "./scene.ts";

export interface Signals {
  /** When the picture turns white, in seconds from the file's beginning. */
  readonly flashes: readonly number[];
  /** When the sound beeps. */
  readonly beeps: readonly number[];
}

export interface Heard extends Signals {
  /** Integrated, by EBU R128, in LUFS; null without sound. */
  readonly loudness: number | null;
}

const rate = 48_000;
const windowSamples = 240;
const stepSamples = 48;
/** A signal begins where the one before has ended for at least this long. */
const apartSeconds = 0.4;

/** When the flashes are seen and the beeps are heard by a player that honours the file's times, and how loud all of it is. */
export async function watchAndListen(path: string, hasAudio: boolean): Promise<Heard> {
  const picture = "scale=16:16:flags=area,format=gray,signalstats,metadata=print:key=lavfi.signalstats.YAVG";
  // Sound that begins late is preceded by silence, so that the first sample is the file's beginning.
  const samples = `aresample=${rate}:async=1:first_pts=0`;
  const graph = [`[0:v:0]${picture}[v]`, `[0:a:0]asplit[a][b];[a]${samples}[s];[b]ebur128=framelog=verbose[l]`];
  const { stdout, stderr } = await runTool("ffmpeg", [
    ...["-i", path, "-filter_complex", graph.slice(0, hasAudio ? 2 : 1).join(";")],
    ...["-map", "[v]", "-vsync", "passthrough", "-f", "null", "-"],
    ...(hasAudio ? ["-map", "[s]", "-ac", "1", "-f", "f32le", "pipe:1", "-map", "[l]", "-f", "null", "-"] : []),
  ]);
  // It is said once too early, too, when the filters are set up.
  const loudness = [...stderr.matchAll(/Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/g)].at(-1)?.[1];
  return {
    flashes: risesIn(brightnessIn(stderr)),
    beeps: risesIn(pitchIn(stdout)),
    loudness: loudness === undefined ? null : Number(loudness),
  };
}

/** The largest distance between the two files' offset of sound and picture, in milliseconds; null without a pair to compare. */
export function shiftMs(source: Signals, result: Signals): number | null {
  const offsets = ({ flashes, beeps }: Signals) =>
    flashes.length === beeps.length ? flashes.map((flash, index) => (beeps[index] ?? 0) - flash) : [];
  const before = offsets(source);
  const after = offsets(result);
  if (before.length === 0 || before.length !== after.length) return null;
  return Math.max(...before.map((offset, index) => 1_000 * Math.abs(offset - (after[index] ?? 0))));
}

type Sample = readonly [seconds: number, value: number];

function brightnessIn(log: string): Sample[] {
  const found = log.matchAll(/pts_time:(\S+)\s[^=]*lavfi\.signalstats\.YAVG=(\S+)/g);
  return [...found].map(([, time, value]) => [Number(time), Number(value)] as const);
}

function pitchIn(sound: Buffer): Sample[] {
  const samples = new Float32Array(sound.buffer, sound.byteOffset, Math.floor(sound.length / 4));
  const pitch: Sample[] = [];
  for (let at = 0; at + windowSamples <= samples.length; at += stepSamples) {
    pitch.push([(at + windowSamples / 2) / rate, strengthAt(samples, at)]);
  }
  return pitch;
}

/** Of the beep's frequency in one window (Goertzel). */
function strengthAt(samples: Float32Array, from: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * beepHz) / rate);
  let last = 0;
  let beforeLast = 0;
  for (let at = from; at < from + windowSamples; at += 1) {
    const next = (samples[at] ?? 0) + factor * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  return Math.sqrt(Math.max(0, last * last + beforeLast * beforeLast - factor * last * beforeLast));
}

function risesIn(samples: readonly Sample[]): number[] {
  const values = samples.map(([, value]) => value);
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const threshold = (middle + (sorted.at(-1) ?? 0)) / 2;
  const rises: number[] = [];
  let lastAbove = Number.NEGATIVE_INFINITY;
  for (const [seconds, value] of samples) {
    if (value <= threshold) continue;
    if (seconds - lastAbove > apartSeconds) rises.push(seconds);
    lastAbove = seconds;
  }
  return rises;
}
