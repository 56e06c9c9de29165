import type { MediaProbe } from "@reelay/domain";

/** The encoder starts one frame early; without an edit list that frame is what is heard first. */
const primingSamples = 1_024;
const rates = { usual: 48_000, kept: 44_100 };

/**
 * Filters before the AAC encoder: sound from time `startSeconds` on (silence where the source begins later), gaps filled, its first frame
 * given up for the encoder's own, so that it stays in step with the picture. More than two channels are mixed at full loudness.
 */
export function audioFilters(probe: Pick<MediaProbe, "audioSampleRate" | "audioChannels">, startSeconds = 0): string {
  const rate = probe.audioSampleRate === rates.kept ? rates.kept : rates.usual;
  const mixed = (probe.audioChannels ?? 2) > 2;
  return [
    `aresample=${rate}:async=1:first_pts=${Math.round(startSeconds * rate)}`,
    // Mixed as floats, swresample does not turn the sum down.
    `aformat=sample_fmts=fltp:channel_layouts=${mixed ? "stereo" : "mono|stereo"}`,
    ...(mixed ? ["alimiter=limit=0.97:level=disabled"] : []),
    `atrim=start_sample=${primingSamples}`,
  ].join(",");
}

export const aacOptions: readonly string[] = ["-c:a", "aac", "-b:a", "128k"];
