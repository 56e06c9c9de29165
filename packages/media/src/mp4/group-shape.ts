import type { BoundedFile } from "./bounded-file.ts";
import { placesOf, type SamplePlace } from "./sample-places.ts";
import type { SampleTable } from "./sample-table.ts";
import type { VideoEntry } from "./video-entry.ts";

/** So many groups are looked at, spread over the whole video; the first begins it and cannot be open. */
const lookedAt = 24;
const windowBytes = 4_096;

type Stream = Pick<VideoEntry, "codec" | "lengthBytes">;

/** Whether pictures of one group need another group: null where the units looked at do not tell. */
export async function findOpenGroups(file: BoundedFile, samples: SampleTable, stream: Stream): Promise<boolean | null> {
  if (samples.syncSamples === null || samples.syncSamples.length < 2) return false;
  const wanted = spread(samples.syncSamples).flatMap((sample) => [sample, sample + 1]);
  const places = placesOf(
    samples,
    [...new Set(wanted)].toSorted((a, b) => a - b),
  );
  const isSync = new Set(samples.syncSamples);
  for (const [index, place] of places.entries()) {
    if (!isSync.has(place.sample)) continue;
    const type = await pictureType(file, place, stream);
    if (type === null) return null;
    if (stream.codec === "h264" && type !== h264.instantRefresh) return true;
    const next = places[index + 1];
    if (stream.codec === "hevc" && type === hevc.cleanAccess && next !== undefined) {
      const leading = await pictureType(file, next, stream);
      if (leading === null) return null;
      if (hevc.skippedLeading.includes(leading)) return true;
    }
  }
  return false;
}

/** Whether the first sample begins with a picture that needs no other, and the last one lies within the file. */
export async function beginsWhole(file: BoundedFile, samples: SampleTable, stream: Stream): Promise<boolean> {
  const [first, last] = placesOf(samples, [1, samples.count]);
  if (first === undefined || last === undefined || last.at + last.bytes > file.sizeBytes) return false;
  const type = await pictureType(file, first, stream);
  if (type === null) return false;
  return stream.codec === "h264" ? type === h264.instantRefresh : type >= hevc.firstAccess && type <= hevc.cleanAccess;
}

const h264 = { firstPicture: 1, instantRefresh: 5 };
/** ITU-T H.265, table 7-1. A clean random access picture may be followed by leading pictures that need the group before. */
const hevc = { lastPicture: 31, firstAccess: 16, cleanAccess: 21, skippedLeading: [8, 9] };

function spread(syncSamples: Uint32Array): number[] {
  const later = syncSamples.length - 1;
  const count = Math.min(later, lookedAt);
  const at = Array.from({ length: count }, (_, index) => 1 + Math.floor((index * later) / count));
  return at.flatMap((index) => syncSamples[index] ?? []);
}

/** The type of the first unit of a sample that is a picture. */
async function pictureType(file: BoundedFile, place: SamplePlace, stream: Stream): Promise<number | null> {
  const window = await file.read(place.at, Math.min(place.bytes, windowBytes));
  const headerBytes = stream.lengthBytes + 1;
  for (let at = 0; at + headerBytes <= window.length;) {
    const first = window[at + stream.lengthBytes] ?? 0;
    const type = stream.codec === "h264" ? first & 0x1f : (first >> 1) & 0x3f;
    const isPicture = stream.codec === "h264" ? type >= h264.firstPicture && type <= 5 : type <= hevc.lastPicture;
    if (isPicture) return type;
    at += stream.lengthBytes + window.readUIntBE(at, stream.lengthBytes);
  }
  return null;
}
