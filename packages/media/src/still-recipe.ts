/**
 * How a still picture is coded: one closed group is encoded and its packets are repeated. Chosen by `scripts/bench/still-conversion.ts`.
 * A constant quantizer needs no look-ahead, so x264 keeps no small copies of pictures that are all the same.
 */
export const stillRecipe = {
  idealGroupFrames: 160,
  preset: "superfast",
  quantizer: 23,
  x264: "rc-lookahead=0:weightp=0:subme=0:sliced-threads=1:threads=2",
  audio: { codec: "aac", sampleRate: 44_100, channels: "stereo", bitrate: "64k", frameSamples: 1_024 },
} as const;

export interface StillRecipe {
  readonly idealGroupFrames: number;
  readonly preset: string;
  readonly quantizer: number;
  readonly x264: string;
  readonly audio: {
    readonly codec: string;
    readonly sampleRate: number;
    readonly channels: string;
    readonly bitrate: string;
    readonly frameSamples: number;
  };
}

/** Groups of nearly equal length, as many as come nearest to the ideal length; the last one is the shortest. */
export function groupsOf(frameCount: number, idealGroupFrames: number): { groupFrames: number; groups: number } {
  const groups = Math.max(1, Math.round(frameCount / idealGroupFrames));
  const groupFrames = Math.ceil(frameCount / groups);
  return { groupFrames, groups: Math.ceil(frameCount / groupFrames) };
}
