import { stat } from "node:fs/promises";
import { readMp4Layout, type Mp4Layout } from "./mp4-boxes.ts";
import { askFfprobe } from "./run-tool.ts";

interface Stream {
  readonly index: number;
  readonly codec_type: string;
  readonly codec_name?: string;
  readonly profile?: string;
  readonly pix_fmt?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly field_order?: string;
  readonly avg_frame_rate?: string;
  readonly bit_rate?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly color_space?: string;
  readonly color_primaries?: string;
  readonly color_transfer?: string;
  readonly color_range?: string;
  readonly duration?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly side_data_list?: readonly { readonly side_data_type?: string; readonly rotation?: number }[];
}

interface Packet {
  readonly stream_index: number;
  readonly pts_time?: string;
  readonly size: string;
  readonly flags: string;
}

export interface VideoLook {
  readonly bytes: number;
  readonly container: "mp4" | "mov" | "webm" | "matroska" | "other";
  readonly layout: Mp4Layout | null;
  readonly video: Stream;
  readonly audio: Stream | undefined;
  readonly videoStreams: number;
  readonly audioStreams: number;
  readonly otherStreams: number;
  readonly frames: number;
  readonly fps: number;
  /** How far the longest or shortest picture lies from the mean. */
  readonly unevennessMs: number;
  /** Pictures that last a fifth longer or shorter than the usual one, from 0 to 1. */
  readonly unevenShare: number;
  readonly durationSeconds: number;
  /** When the last picture appears, from the file's own beginning. */
  readonly lastShownSeconds: number;
  readonly videoBitrate: number;
  readonly rotation: number;
  readonly openGroups: number;
}

/** Everything that the platforms' rules speak of, by ffprobe and from the file's boxes alone. */
export async function lookAtVideo(path: string): Promise<VideoLook> {
  const [{ size }, layout, asked] = await Promise.all([
    stat(path),
    readMp4Layout(path).catch(() => null),
    askFfprobe<{ format: Format; streams: Stream[]; packets: Packet[] }>(
      path,
      ...["-show_entries", "packet=stream_index,pts_time,size,flags", "-show_format", "-show_streams"],
    ),
  ]);
  const { format, streams } = asked;
  const isCover = (stream: Stream) => stream.disposition?.attached_pic === 1;
  const videos = streams.filter((stream) => stream.codec_type === "video" && !isCover(stream));
  const audios = streams.filter(({ codec_type }) => codec_type === "audio");
  const video = videos[0];
  if (video === undefined) throw new Error(`${path} has no picture`);
  // What an edit list hides is marked to be thrown away.
  const packets = asked.packets.filter(
    ({ stream_index, flags }) => stream_index === video.index && !flags.includes("D"),
  );
  const times = timesOf(packets);
  return {
    bytes: size,
    container: containerOf(format, video),
    layout,
    video,
    audio: audios[0],
    videoStreams: videos.length,
    audioStreams: audios.length,
    otherStreams: streams.length - videos.length - audios.length,
    frames: times.length,
    ...rateOf(times),
    durationSeconds: Number(format.duration),
    lastShownSeconds: (times.at(-1) ?? 0) - Number(format.start_time ?? 0),
    videoBitrate: bitrateOf(packets, times),
    rotation: video.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0,
    openGroups: openGroupsIn(packets),
  };
}

interface Format {
  readonly format_name: string;
  readonly duration?: string;
  readonly start_time?: string;
  readonly tags?: { readonly major_brand?: string };
}

function containerOf({ format_name, tags }: Format, video: Stream): VideoLook["container"] {
  if (format_name.includes("mp4")) return (tags?.major_brand ?? "qt").trim() === "qt" ? "mov" : "mp4";
  if (!format_name.includes("webm")) return "other";
  return ["vp8", "vp9", "av1"].includes(video.codec_name ?? "") ? "webm" : "matroska";
}

const timesOf = (packets: readonly Packet[]) =>
  packets.flatMap(({ pts_time }) => (pts_time === undefined ? [] : [Number(pts_time)])).toSorted((a, b) => a - b);

function rateOf(times: readonly number[]): Pick<VideoLook, "fps" | "unevennessMs" | "unevenShare"> {
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  if (steps.length === 0) return { fps: 0, unevennessMs: 0, unevenShare: 0 };
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? mean;
  return {
    fps: 1 / mean,
    unevennessMs: steps.reduce((most, step) => Math.max(most, 1_000 * Math.abs(step - mean)), 0),
    unevenShare: steps.filter((step) => Math.abs(step - usual) > usual / 5).length / steps.length,
  };
}

function bitrateOf(packets: readonly Packet[], times: readonly number[]): number {
  const bytes = packets.reduce((sum, { size }) => sum + Number(size), 0);
  const shown = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return shown > 0 ? (bytes * 8 * (times.length - 1)) / times.length / shown : 0;
}

/** Key pictures that are followed by a picture shown before them: those need the group before. */
function openGroupsIn(packets: readonly Packet[]): number {
  let keyShownAt = Number.NEGATIVE_INFINITY;
  let open = 0;
  let counted = true;
  for (const { flags, pts_time } of packets) {
    const shownAt = Number(pts_time);
    if (flags.includes("K")) {
      keyShownAt = shownAt;
      counted = false;
    } else if (!counted && shownAt < keyShownAt) {
      open += 1;
      counted = true;
    }
  }
  return open;
}
