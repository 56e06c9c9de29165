import { Failure, type MediaProbe } from "@reelay/domain";
import { z } from "zod";

export type FfprobeAnswer = string;

const numeric = z.coerce.number().nonnegative().optional().catch(undefined);
const text = z.string().optional().catch(undefined);

const stream = z.object({
  codec_type: text,
  codec_name: text,
  width: numeric,
  height: numeric,
  pix_fmt: text,
  avg_frame_rate: text,
  r_frame_rate: text,
  nb_frames: numeric,
  duration: numeric,
  color_space: text,
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  tags: z.object({ rotate: z.coerce.number().optional() }).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});
const answer = z.object({
  format: z.object({
    format_name: z.string(),
    duration: numeric,
    bit_rate: numeric,
    tags: z.object({ major_brand: text }).optional(),
  }),
  streams: z.array(stream),
});
type Stream = z.output<typeof stream>;

/** Parses ffprobe's JSON. Throws Failure `media_unreadable` when it holds no picture. */
export function readFfprobe(json: FfprobeAnswer, sizeBytes: number): MediaProbe {
  const { format, streams } = parse(json);
  const video = streams.find((one) => one.codec_type === "video" && one.disposition?.attached_pic !== 1);
  const audio = streams.find((one) => one.codec_type === "audio");
  if (video?.codec_name === undefined || !video.width || !video.height)
    throw new Failure("media_unreadable", { internal: "no video stream" });
  const seconds = format.duration ?? video.duration;
  return {
    kind: "video",
    container: containerOf(format.format_name, format.tags?.major_brand, video),
    videoCodec: video.codec_name,
    audioCodec: audio?.codec_name ?? null,
    width: video.width,
    height: video.height,
    rotation: rotationOf(video),
    fps: rate(video.avg_frame_rate) ?? rate(video.r_frame_rate),
    ...(video.nb_frames === undefined ? {} : { frameCount: Math.round(video.nb_frames) }),
    durationMs: seconds === undefined ? null : Math.round(seconds * 1000),
    bitrate: format.bit_rate === undefined ? null : Math.round(format.bit_rate),
    pixelFormat: video.pix_fmt ?? null,
    ...(video.color_space === undefined ? {} : { colorSpace: video.color_space }),
    hasAudio: audio !== undefined,
    sizeBytes,
    streams: streams.length,
  };
}

function parse(json: string): z.output<typeof answer> {
  try {
    return answer.parse(JSON.parse(json));
  } catch (error) {
    throw new Failure("media_unreadable", { cause: error, internal: "ffprobe's answer is not what we know" });
  }
}

/** ffprobe names the reader, not the file: `mov,mp4,…` for both, `matroska,webm` for both. */
function containerOf(formatName: string, majorBrand: string | undefined, video: Stream): MediaProbe["container"] {
  const names = formatName.split(",");
  if (names.includes("mov")) return majorBrand === undefined || majorBrand.trim() === "qt" ? "mov" : "mp4";
  return video.codec_name !== undefined && ["vp8", "vp9", "av1"].includes(video.codec_name) ? "webm" : "matroska";
}

/** ffprobe gives the display matrix's angle counter-clockwise. */
function rotationOf(video: Stream): MediaProbe["rotation"] {
  const counterClockwise = video.side_data_list?.find((one) => one.rotation !== undefined)?.rotation;
  const degrees = counterClockwise === undefined ? (video.tags?.rotate ?? 0) : -counterClockwise;
  const quarter = ((Math.round(degrees / 90) % 4) + 4) % 4;
  return ([0, 90, 180, 270] as const)[quarter] ?? 0;
}

function rate(fraction: string | undefined): number | null {
  const [over, under] = (fraction ?? "").split("/").map(Number);
  if (over === undefined || under === undefined || !(over > 0) || !(under > 0)) return null;
  return Math.round((over / under) * 1000) / 1000;
}
