import { Failure, type MediaProbe } from "@reelay/domain";
import { z } from "zod";

export type FfprobeAnswer = string;

const signed = z.coerce.number().optional().catch(undefined);
const numeric = z.coerce.number().nonnegative().optional().catch(undefined);
const text = z.string().optional().catch(undefined);

const stream = z.object({
  codec_type: text,
  codec_name: text,
  profile: text,
  width: numeric,
  height: numeric,
  pix_fmt: text,
  field_order: text,
  sample_aspect_ratio: text,
  avg_frame_rate: text,
  r_frame_rate: text,
  nb_frames: numeric,
  start_time: signed,
  duration: numeric,
  bit_rate: numeric,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  sample_rate: numeric,
  channels: numeric,
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
  const videos = streams.filter((one) => one.codec_type === "video" && one.disposition?.attached_pic !== 1);
  const sounds = streams.filter((one) => one.codec_type === "audio");
  const [video] = videos;
  const [audio] = sounds;
  if (video?.codec_name === undefined || !video.width || !video.height)
    throw new Failure("media_unreadable", { internal: "no video stream" });
  const seconds = format.duration ?? video.duration;
  return {
    kind: "video",
    container: containerOf(format.format_name, format.tags?.major_brand),
    videoCodec: video.codec_name,
    audioCodec: audio?.codec_name ?? null,
    width: video.width,
    height: video.height,
    rotation: rotationOf(video),
    ...rateTraits(video),
    durationMs: seconds === undefined ? null : Math.round(seconds * 1000),
    bitrate: format.bit_rate === undefined ? null : Math.round(format.bit_rate),
    pixelFormat: video.pix_fmt ?? null,
    hasAudio: audio !== undefined,
    sizeBytes,
    streams: streams.length,
    videoStreams: videos.length,
    audioStreams: sounds.length,
    ...known({ ...pictureTraits(video), ...(audio === undefined ? {} : audioTraits(audio)) }),
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
function containerOf(formatName: string, majorBrand: string | undefined): MediaProbe["container"] {
  if (!formatName.split(",").includes("mov")) return "matroska";
  return majorBrand === undefined || majorBrand.trim() === "qt" ? "mov" : "mp4";
}

/** ffprobe gives the display matrix's angle counter-clockwise. */
function rotationOf(video: Stream): MediaProbe["rotation"] {
  const counterClockwise = video.side_data_list?.find((one) => one.rotation !== undefined)?.rotation;
  const degrees = counterClockwise === undefined ? (video.tags?.rotate ?? 0) : -counterClockwise;
  const quarter = ((Math.round(degrees / 90) % 4) + 4) % 4;
  return ([0, 90, 180, 270] as const)[quarter] ?? 0;
}

function pictureTraits(video: Stream): Unknown<MediaProbe> {
  return {
    videoProfile: video.profile,
    bitDepth: bitDepthOf(video.pix_fmt),
    colorSpace: video.color_space,
    colorTransfer: video.color_transfer,
    colorPrimaries: video.color_primaries,
    colorRange: video.color_range === "tv" || video.color_range === "pc" ? video.color_range : undefined,
    pixelAspect: pixelAspectOf(video.sample_aspect_ratio),
    scan: scanOf(video.field_order),
    videoBitrate: rounded(video.bit_rate),
    videoStartMs: milliseconds(video.start_time),
  };
}

function audioTraits(audio: Stream): Unknown<MediaProbe> {
  return {
    audioProfile: audio.profile,
    audioStartMs: milliseconds(audio.start_time),
    audioSampleRate: rounded(audio.sample_rate) || undefined,
    audioChannels: rounded(audio.channels) || undefined,
  };
}

/** 8 where the name says no other depth; absent where there is no name. */
function bitDepthOf(pixelFormat: string | undefined): number | undefined {
  if (pixelFormat === undefined) return undefined;
  return Number(/(?:p|p0|gray|nv\d)(9|10|12|14|16)(le|be)$/.exec(pixelFormat)?.[1] ?? 8);
}

function pixelAspectOf(ratio: string | undefined): MediaProbe["pixelAspect"] {
  const [numerator = 0, denominator = 0] = (ratio ?? "").split(":").map(Number);
  return numerator > 0 && denominator > 0 && numerator !== denominator ? { numerator, denominator } : undefined;
}

function scanOf(order: string | undefined): MediaProbe["scan"] {
  if (order === undefined || order === "unknown") return undefined;
  return order === "progressive" ? "progressive" : "interlaced";
}

function rateTraits(video: Stream): Pick<MediaProbe, "fps" | "frameRate" | "frameCount"> {
  const rate = fractionOf(video.avg_frame_rate) ?? fractionOf(video.r_frame_rate);
  const fps = rate === undefined ? null : Math.round((rate.numerator / rate.denominator) * 1000) / 1000;
  return { fps, ...known({ frameRate: rate, frameCount: rounded(video.nb_frames) }) };
}

function fractionOf(text: string | undefined): MediaProbe["frameRate"] {
  const [numerator = 0, denominator = 0] = (text ?? "").split("/").map(Number);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}

/** Any trait may be undefined, since ffprobe left it out. */
type Unknown<T> = { [K in keyof T]?: T[K] | undefined };

function known(traits: Unknown<MediaProbe>): Partial<MediaProbe> {
  return Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined));
}
