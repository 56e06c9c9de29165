/** When the picture turns white and the sound beeps, in seconds; both for `signalSeconds`. */
export const signalsAt = [1, 2] as const;
const signalSeconds = 0.12;
/** Of the beep; the tone under it lies far below. */
export const beepHz = 2_000;

export interface Scene {
  readonly width?: number;
  readonly height?: number;
  readonly fps?: string;
  readonly seconds?: number;
  /** Behind the picture: `null` stays as it is. */
  readonly filter?: string;
  /** Fine detail at full size instead of soft shapes. */
  readonly detailed?: boolean;
}

const signal = signalsAt.map((at) => `between(t,${at},${at + signalSeconds})`).join("+");

/**
 * Input of ffmpeg: moving shapes, the same on every machine. They are drawn small and enlarged, so that what is compared does not hang
 * on which kernel scaled it.
 */
export function picture({
  width = 360,
  height = 640,
  fps = "30",
  seconds = 3,
  filter,
  detailed,
}: Scene = {}): string[] {
  const portrait = height >= width;
  const small = detailed ? `${width}x${height}` : portrait ? "180x320" : "320x180";
  const graph = [
    `testsrc2=size=${small}:rate=${fps}:duration=${seconds}`,
    `drawbox=color=white:t=fill:enable='${signal}'`,
    `scale=${width}:${height}:flags=bicubic:out_color_matrix=bt709:out_range=tv,setsar=1`,
    ...(filter === undefined ? [] : [filter]),
  ];
  return ["-f", "lavfi", "-i", graph.join(",")];
}

export interface Sound {
  readonly seconds?: number;
  readonly rate?: number;
  readonly channels?: "mono" | "stereo" | "5.1";
}

/** Input of ffmpeg: a quiet tone, another in each channel, with the beep where the picture turns white. */
export function sound({ seconds = 3, rate = 48_000, channels = "stereo" }: Sound = {}): string[] {
  const beep = `0.4*sin(2*PI*${beepHz}*t)*(${signal})`;
  const tone = (hz: number) => `0.1*sin(2*PI*${hz}*t)+${beep}`;
  const tones = { mono: [440], stereo: [440, 550], "5.1": [440, 550, 660, 60, 770, 880] }[channels];
  const graph = `aevalsrc='${tones.map(tone).join("|")}':c=${channels}:s=${rate}:d=${seconds}`;
  return ["-f", "lavfi", "-i", graph];
}

/** Black pictures: long films that cost nothing. */
export function black({ fps, seconds, size = "360x640" }: { fps: number; seconds: number; size?: string }): string[] {
  return ["-f", "lavfi", "-i", `color=black:size=${size}:rate=${fps}:duration=${seconds}`];
}
