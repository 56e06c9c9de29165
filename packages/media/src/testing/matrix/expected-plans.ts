import type { ConversionPlan, ConversionReason, ConversionTarget } from "@reelay/domain";

export const targets = [
  "tiktok-video",
  "tiktok-photo",
  "instagram-reel",
  "instagram-story",
  "instagram-carousel-video",
  "instagram-image",
] as const satisfies readonly ConversionTarget[];

export type Row = Readonly<Record<ConversionTarget, string>>;

/** A plan as the table writes it: what is done, and why, in the order of the alphabet. */
export function planText({ kind, reasons }: Pick<ConversionPlan, "kind" | "reasons">): string {
  return reasons.length === 0 ? kind : `${kind}: ${reasons.toSorted().join(", ")}`;
}

type Kind = Exclude<ConversionPlan["kind"], "pass">;
const because =
  (kind: Kind) =>
  (...reasons: ConversionReason[]) =>
    planText({ kind, reasons } as Pick<ConversionPlan, "kind" | "reasons">);
const [remux, transcode, photo, impossible] = (["remux", "transcode", "photo", "impossible"] as const).map(because) as [
  ReturnType<typeof because>,
  ReturnType<typeof because>,
  ReturnType<typeof because>,
  ReturnType<typeof because>,
];
const pass = "pass";

/** A story and a video in a carousel are as the reel unless said. */
const video = (tiktok: string, reel: string, story = reel, carousel = reel): Row => ({
  "tiktok-video": tiktok,
  "tiktok-photo": impossible("video_not_accepted"),
  "instagram-reel": reel,
  "instagram-story": story,
  "instagram-carousel-video": carousel,
  "instagram-image": impossible("video_not_accepted"),
});

const still = because("still")("image_needs_video");
const image = (tiktok: string, instagram = tiktok): Row => ({
  "tiktok-video": still,
  "tiktok-photo": tiktok,
  "instagram-reel": still,
  "instagram-story": still,
  "instagram-carousel-video": still,
  "instagram-image": instagram,
});

const refused = (by: string): Row =>
  Object.fromEntries(targets.map((target) => [target, by])) as Record<ConversionTarget, string>;
const notOurs = refused("door: media_type_unsupported");
const unreadable = refused("probe: media_unreadable");

const foreignWebm = ["audio_codec_not_accepted", "codec_not_accepted", "container_not_accepted"] as const;
const proresPicture = ["bit_depth_not_accepted", "chroma_not_accepted", "codec_not_accepted"] as const;

/** Written by hand from the platforms' documents (TikTok, then Instagram), never from what the planner answers. */
export const expectedPlans: Readonly<Record<string, Row>> = {
  "ready.mp4": video(pass, pass),
  "ready-60.mp4": video(pass, pass),
  "ready-landscape.mov": video(pass, pass),
  "ready-detailed.mp4": video(pass, pass),
  "ready-hevc.mp4": video(pass, pass),
  "ready-b-frames.mp4": video(pass, pass),
  "ready-silent.mp4": video(pass, pass),
  "steady-phone.mp4": video(pass, pass),

  "default.mp4": video(pass, remux("edit_list_present", "index_last")),
  "default.mov": video(pass, remux("edit_list_present", "index_last")),
  "index-last.mp4": video(pass, remux("index_last")),
  "trimmed-by-edit-list.mp4": video(pass, transcode("edit_list_cuts")),
  "sound-late-by-edit-list.mp4": video(pass, remux("edit_list_present")),
  "picture-late-by-edit-list.mov": video(pass, transcode("edit_list_cuts")),
  "two-sounds.mp4": video(remux("streams_extra"), remux("streams_extra")),
  "subtitled.mov": video(pass, pass),
  "time-code.mov": video(pass, pass),

  "rotated-90.mp4": video(pass, pass),
  "rotated-180.mov": video(pass, pass),
  "rotated-270.mp4": video(transcode("fps_too_low"), transcode("fps_too_low")),
  "odd-vp9.webm": video(transcode("side_odd"), transcode(...foreignWebm, "side_odd")),
  "odd-444.mp4": video(transcode("chroma_not_accepted", "side_odd"), transcode("chroma_not_accepted", "side_odd")),
  "odd-mpeg4.mp4": video(transcode("codec_not_accepted", "side_odd"), transcode("codec_not_accepted", "side_odd")),
  "not-square-pixels.mp4": video(transcode("pixels_not_square"), transcode("pixels_not_square")),
  "interlaced-tff.mp4": video(transcode("interlaced"), transcode("interlaced")),
  "interlaced-bff.mov": video(transcode("interlaced"), transcode("interlaced")),
  "interlaced-prores.mov": video(
    transcode(...proresPicture, "audio_codec_not_accepted", "interlaced"),
    transcode(...proresPicture, "audio_codec_not_accepted", "edit_list_present", "index_last", "interlaced"),
  ),

  "pq-hevc.mp4": video(
    transcode("bit_depth_not_accepted", "hdr_not_accepted"),
    transcode("bit_depth_not_accepted", "hdr_not_accepted"),
  ),
  "hlg-hevc.mov": video(
    transcode("bit_depth_not_accepted", "hdr_not_accepted"),
    transcode("bit_depth_not_accepted", "edit_list_present", "hdr_not_accepted", "index_last"),
  ),
  "hlg-h264.mp4": video(
    transcode("bit_depth_not_accepted", "hdr_not_accepted"),
    transcode("bit_depth_not_accepted", "hdr_not_accepted"),
  ),
  "ten-bit-h264.mp4": video(transcode("bit_depth_not_accepted"), transcode("bit_depth_not_accepted")),
  "ten-bit-hevc.mp4": video(transcode("bit_depth_not_accepted"), transcode("bit_depth_not_accepted")),
  "422-h264.mp4": video(transcode("chroma_not_accepted"), transcode("chroma_not_accepted")),
  "prores.mov": video(
    transcode(...proresPicture, "audio_codec_not_accepted"),
    transcode(...proresPicture, "audio_codec_not_accepted"),
  ),
  "full-range-601.mp4": video(pass, pass),

  "screen-recording.mp4": video(transcode("fps_variable"), transcode("fps_variable")),
  "phone.mov": video(transcode("fps_variable"), transcode("edit_list_present", "fps_variable", "index_last")),
  "variable.webm": video(
    transcode("fps_too_low", "fps_variable"),
    transcode(...foreignWebm, "fps_too_low", "fps_variable"),
  ),
  "fps-10.mp4": video(transcode("fps_too_low"), transcode("fps_too_low")),
  "fps-15.mp4": video(transcode("fps_too_low"), transcode("fps_too_low")),
  "fps-23-976.mp4": video(pass, pass),
  "fps-24.mp4": video(pass, pass),
  "fps-29-97.mp4": video(pass, pass),
  "fps-50.mp4": video(pass, pass),
  "fps-59-94.mov": video(pass, pass),
  "fps-120.mp4": video(transcode("fps_too_high"), transcode("fps_too_high")),
  "open-group-h264.mp4": video(pass, transcode("group_open")),
  "open-group-hevc.mp4": video(pass, transcode("group_open")),

  "mp3.mp4": video(pass, remux("audio_codec_not_accepted")),
  "opus.mp4": video(pass, remux("audio_codec_not_accepted")),
  "pcm.mov": video(remux("audio_codec_not_accepted"), remux("audio_codec_not_accepted")),
  "ac3.mp4": video(remux("audio_codec_not_accepted"), remux("audio_codec_not_accepted")),
  "flac.mp4": video(remux("audio_codec_not_accepted"), remux("audio_codec_not_accepted")),
  "mono.mp4": video(pass, pass),
  "five-one.mp4": video(pass, remux("audio_channels_too_many")),
  "96-khz.mp4": video(pass, remux("audio_rate_too_high")),
  "22-khz.mp4": video(pass, pass),

  "vp9.webm": video(pass, transcode(...foreignWebm)),
  "vp8.webm": video(pass, transcode(...foreignWebm)),
  "vp9.mp4": video(pass, transcode("codec_not_accepted")),
  "av1.mp4": video(transcode("codec_not_accepted"), transcode("codec_not_accepted")),
  "mpeg4.mov": video(transcode("codec_not_accepted"), transcode("codec_not_accepted")),
  "motion-jpeg.mov": video(
    transcode("audio_codec_not_accepted", "codec_not_accepted"),
    transcode("audio_codec_not_accepted", "codec_not_accepted"),
  ),
  "matroska.mkv": notOurs,
  "windows.avi": notOurs,
  "broadcast.ts": notOurs,
  "flash.flv": notOurs,

  "tiny-200.mp4": video(transcode("side_too_small"), pass),
  "small-320x568.mp4": video(transcode("side_too_small"), pass),
  "portrait-4k.mp4": video(pass, transcode("side_too_large")),
  "wider-than-tiktok.mp4": video(transcode("side_too_large"), transcode("side_too_large")),
  "ribbon-12-to-1.mp4": video(transcode("side_too_small"), transcode("aspect_too_wide")),
  "pillar-1-to-12.mp4": video(transcode("side_too_small"), pass, transcode("aspect_too_tall"), pass),
  "cinema-4-to-1.mp4": video(pass, pass),
  "high-bit-rate.mp4": video(pass, transcode("bitrate_too_high")),
  "high-bit-rate-prores.mov": video(
    transcode(...proresPicture, "audio_codec_not_accepted"),
    transcode(...proresPicture, "audio_codec_not_accepted", "bitrate_too_high"),
  ),
  "half-a-second.mp4": video(pass, impossible("too_short")),
  "two-and-a-half.mp4": video(pass, impossible("too_short")),
  "over-a-minute.mp4": video(pass, pass, impossible("too_long"), pass),
  "over-ten-minutes.mp4": video(
    impossible("fps_too_low", "too_long"),
    transcode("fps_too_low"),
    impossible("fps_too_low", "too_long"),
    transcode("fps_too_low"),
  ),
  "over-a-quarter-hour.mp4": video(impossible("fps_too_low", "too_long"), impossible("fps_too_low", "too_long")),
  "over-100-mb.mp4": video(pass, pass, transcode("too_large"), pass),
  "over-300-mb.mp4": video(pass, transcode("too_large"), impossible("too_large", "too_long"), transcode("too_large")),
  "over-4-gb.mp4": video(
    transcode("too_large"),
    transcode("too_large"),
    impossible("too_large", "too_long"),
    transcode("too_large"),
  ),

  "ready.jpg": image(pass),
  "ready-portrait.jpg": image(pass),
  "ready-progressive.jpg": image(pass),
  "orientation-3.jpg": image(photo("metadata_present")),
  "orientation-5.jpg": image(photo("metadata_present")),
  "orientation-6.jpg": image(photo("metadata_present")),
  "orientation-8.jpg": image(photo("metadata_present")),
  "display-p3.jpg": image(photo("color_space_not_accepted")),
  "cmyk.jpg": image(photo("color_space_not_accepted")),
  "grey.jpg": image(photo("color_space_not_accepted")),
  "sixteen-bit.png": image(photo("color_space_not_accepted", "container_not_accepted")),
  "translucent.png": image(photo("container_not_accepted")),
  "picture.webp": image(pass, photo("container_not_accepted")),
  "huge.png": image(photo("container_not_accepted", "side_too_large"), photo("container_not_accepted")),
  "wide-photo.jpg": image(photo("side_too_large"), pass),
  "heavy.jpg": image(photo("side_too_large"), photo("too_large")),
  "heavy.png": image(
    photo("container_not_accepted", "side_too_large", "too_large"),
    photo("container_not_accepted", "too_large"),
  ),
  "tiny.jpg": image(pass),
  "banner.jpg": image(photo("side_too_large"), photo("aspect_too_wide")),
  "tower.jpg": image(photo("side_too_large"), photo("aspect_too_tall")),

  "empty.mp4": refused("door: media_empty"),
  "words.mp4": notOurs,
  "playlist.mp4": notOurs,
  "drawing.jpg": notOurs,
  "moving.gif": notOurs,
  "only-sound.mp4": unreadable,
  "cut-off.mp4": unreadable,
  "cut-off-index-first.mov": unreadable,
  "cut-off.jpg": unreadable,
  "over-50-megapixels.png": refused("door: media_too_many_pixels"),
};
