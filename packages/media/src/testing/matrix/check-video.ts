import type { VideoLook } from "./look-at-video.ts";
import { videoRules, type VideoRules } from "./platform-rules.ts";

export type VideoTarget = keyof typeof videoRules;

/** Half a percent of 23 or 60: rates like 60000/1001 are not the nominal ones. */
const fpsTolerance = 0.1;
/** Cameras drop a picture now and then; screen recordings drop them all the time. */
const unevenShareTolerance = 0.02;

/** What a platform would refuse in this file; empty when it takes it. */
export function checkVideo(look: VideoLook, target: VideoTarget): string[] {
  const rules: VideoRules = videoRules[target];
  const { video } = look;
  const [width, height] = shownSides(look);
  const aspect = width / height;
  const problems: string[] = [];
  const demand = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  const within = (value: number, [least, most]: readonly [number, number], tolerance = 0) =>
    value >= least - tolerance && value <= most + tolerance;

  demand(rules.containers.includes(look.container), `container ${look.container}`);
  demand(rules.codecs.includes(video.codec_name ?? ""), `codec ${video.codec_name}`);
  demand(within(look.fps, rules.fps, fpsTolerance), `${look.fps.toFixed(3)} pictures a second`);
  demand(look.unevenShare <= unevenShareTolerance, `${Math.round(100 * look.unevenShare)} % of the pictures uneven`);
  demand(within(look.durationSeconds, rules.seconds, 0.001), `${look.durationSeconds} s`);
  demand(look.bytes <= rules.maxBytes, `${look.bytes} bytes`);
  demand(Math.min(width, height) >= rules.minSide, `${width} × ${height} is too small`);
  demand(Math.max(width, height) <= rules.maxSide && width <= rules.maxWidth, `${width} × ${height} is too large`);
  demand(within(aspect, rules.aspect), `aspect ${aspect.toFixed(3)}`);
  demand(look.videoBitrate <= rules.maxVideoBitrate, `${Math.round(look.videoBitrate)} bits a second`);
  if (rules.strict) problems.push(...checkStrictly(look));
  return problems;
}

/** The part of Instagram's rules that TikTok does not print. */
function checkStrictly(look: VideoLook): string[] {
  const { video, audio, layout } = look;
  const problems: string[] = [];
  const demand = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  demand(/^yuvj?420p/.test(video.pix_fmt ?? ""), `pixels ${video.pix_fmt}`);
  demand(["progressive", "unknown", undefined].includes(video.field_order), `fields ${video.field_order}`);
  demand(look.openGroups === 0, `${look.openGroups} open groups`);
  demand(layout?.indexFirst === true, "index last");
  demand(layout?.editLists === 0, `${layout?.editLists} edit lists`);
  demand(look.videoStreams === 1 && look.audioStreams <= 1, `${look.videoStreams} + ${look.audioStreams} streams`);
  if (audio === undefined) return problems;
  demand(audio.codec_name === "aac", `audio ${audio.codec_name}`);
  demand(Number(audio.sample_rate) <= 48_000, `audio ${audio.sample_rate} Hz`);
  demand([1, 2].includes(audio.channels ?? 0), `audio ${audio.channels} channels`);
  return problems;
}

/** What everything that we encode ourselves keeps to, whatever the platform. */
export function checkOurs(look: VideoLook): string[] {
  const { video, layout } = look;
  const problems: string[] = [];
  const demand = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  const colours = [video.color_space, video.color_primaries, video.color_transfer, video.color_range].join(" ");
  demand(look.container === "mp4", `container ${look.container}`);
  demand(video.codec_name === "h264" && video.profile === "High", `${video.codec_name} ${video.profile}`);
  demand(video.pix_fmt === "yuv420p", `pixels ${video.pix_fmt}`);
  demand(colours === "bt709 bt709 bt709 tv", `colours ${colours}`);
  demand(look.rotation === 0, `rotated by ${look.rotation}`);
  demand(["1:1", undefined].includes(video.sample_aspect_ratio), `pixels ${video.sample_aspect_ratio}`);
  demand(look.unevennessMs < 0.1, `uneven by ${look.unevennessMs.toFixed(3)} ms`);
  demand((video.width ?? 1) % 2 === 0 && (video.height ?? 1) % 2 === 0, `odd ${video.width} × ${video.height}`);
  demand(layout?.tracks === look.videoStreams + look.audioStreams, `${layout?.tracks} tracks`);
  demand(look.otherStreams === 0, `${look.otherStreams} other streams`);
  return [...problems, ...checkStrictly(look)];
}

/** What a remux keeps to: the packets may be anything that the target takes. */
export function checkArrangement({ layout, container, videoStreams, audioStreams }: VideoLook): string[] {
  const problems: string[] = [];
  if (container !== "mp4") problems.push(`container ${container}`);
  if (layout?.indexFirst !== true) problems.push("index last");
  if (layout?.editLists !== 0) problems.push(`${layout?.editLists} edit lists`);
  if (videoStreams !== 1 || audioStreams > 1) problems.push(`${videoStreams} + ${audioStreams} streams`);
  return problems;
}

export function shownSides({ video, rotation }: VideoLook): [width: number, height: number] {
  const { width = 0, height = 0, sample_aspect_ratio: shape } = video;
  const [over = 1, under = 1] = (shape ?? "1:1").split(":").map(Number);
  const wide = over > 0 && under > 0 ? Math.round((width * over) / under) : width;
  return Math.abs(rotation) % 180 === 90 ? [height, wide] : [wide, height];
}
