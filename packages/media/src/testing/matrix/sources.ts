import { damagedSources, imageSources } from "./image-sources.ts";
import type { Source } from "./source.ts";
import { videoSources } from "./video-sources.ts";

export const sources: readonly Source[] = [...videoSources, ...imageSources, ...damagedSources];

/** A third of them, the quicker ones of every trait: tried at every change; the others with the long tests. */
const quickNames: readonly string[] = [
  ...[
    "ready-silent.mp4",
    "ready-b-frames.mp4",
    "default.mp4",
    "trimmed-by-edit-list.mp4",
    "picture-late-by-edit-list.mov",
  ],
  ...["two-sounds.mp4", "rotated-90.mp4", "rotated-270.mp4", "odd-444.mp4", "not-square-pixels.mp4"],
  ...["interlaced-tff.mp4", "pq-hevc.mp4", "422-h264.mp4", "screen-recording.mp4", "fps-10.mp4", "open-group-h264.mp4"],
  ...["pcm.mov", "five-one.mp4", "vp8.webm", "matroska.mkv", "tiny-200.mp4", "cinema-4-to-1.mp4"],
  ...["two-and-a-half.mp4", "over-a-minute.mp4", "over-100-mb.mp4", "high-bit-rate.mp4"],
  ...["ready.jpg", "orientation-6.jpg", "cmyk.jpg", "translucent.png", "picture.webp", "heavy.jpg", "tower.jpg"],
  ...["empty.mp4", "playlist.mp4", "only-sound.mp4", "cut-off.mp4", "cut-off.jpg", "over-50-megapixels.png"],
];

export const quickSources: readonly Source[] = sources.filter(({ name }) => quickNames.includes(name));
