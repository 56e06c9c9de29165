import type { MediaProbe } from "@reelay/domain";
import { readFfprobe } from "./ffprobe-answer.ts";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { readDocType } from "./read-doc-type.ts";
import { runFfprobe } from "./run-ffprobe.ts";

const wanted = [
  "format=format_name,duration,bit_rate",
  "format_tags=major_brand",
  `stream=${[
    "codec_type,codec_name,profile,width,height,pix_fmt,field_order,sample_aspect_ratio,avg_frame_rate,r_frame_rate,nb_frames",
    "start_time,duration,bit_rate,color_range,color_space,color_transfer,color_primaries,sample_rate,channels",
  ].join(",")}`,
  "stream_disposition=attached_pic",
  "stream_side_data=rotation",
  "stream_tags=rotate",
].join(":");

/** What ffprobe finds in a local video. */
export async function probeWithFfprobe(
  path: string,
  sizeBytes: number,
  options: { signal: AbortSignal; ffmpeg: Ffmpeg },
): Promise<MediaProbe> {
  const probe = readFfprobe(await runFfprobe(path, ["-show_entries", wanted, "-of", "json"], options), sizeBytes);
  return probe.container === "matroska" && (await readDocType(path)) === "webm"
    ? { ...probe, container: "webm" }
    : probe;
}
