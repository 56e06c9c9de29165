import { certain } from "./doubt.ts";
import type { SampleTable } from "./sample-table.ts";

export interface SamplePlace {
  readonly sample: number;
  readonly at: number;
  readonly bytes: number;
}

/** Where samples lie in the file. `wanted` are their numbers from 1, rising. */
export function placesOf(samples: SampleTable, wanted: readonly number[]): SamplePlace[] {
  const { sizes, chunkRuns, chunkOffsets } = samples;
  certain(sizes !== null, "samples of one size");
  const places: SamplePlace[] = [];
  let [sample, run, next] = [1, 0, 0];
  for (let chunk = 1; chunk <= chunkOffsets.length && next < wanted.length; chunk += 1) {
    if ((chunkRuns[run + 1]?.firstChunk ?? Infinity) <= chunk) run += 1;
    let at = chunkOffsets[chunk - 1] ?? 0;
    const last = Math.min(sample + (chunkRuns[run]?.samplesPerChunk ?? 0), samples.count + 1);
    for (; sample < last && next < wanted.length; sample += 1) {
      const bytes = sizes[sample - 1] ?? 0;
      if (sample === wanted[next]) {
        places.push({ sample, at, bytes });
        next += 1;
      }
      at += bytes;
    }
  }
  return places;
}
