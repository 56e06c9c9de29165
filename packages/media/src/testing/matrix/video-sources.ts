import { open, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runTool } from "./run-tool.ts";
import { black } from "./scene.ts";
import { aac, film, h264, recut, shoot, tidy, type Source, type Trait } from "./source.ts";

const landscape = { width: 640, height: 360 };
const asFfmpegDoes: string[] = [];
const hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:open-gop=0:bframes=0"];
const hvc1 = ["-tag:v", "hvc1"];
const prores = ["-c:v", "prores_ks", "-profile:v", "2", "-pix_fmt", "yuv422p10le"];
const vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-b:v", "1M"];
const opus = ["-c:a", "libopus", "-b:a", "96k"];

/** From SDR of 100 nits, so that what it should look like afterwards is known. */
const toHdr = (transfer: "smpte2084" | "arib-std-b67") =>
  [
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv",
    "zscale=t=linear:npl=100,format=gbrpf32le",
    `zscale=p=bt2020:t=${transfer}:m=bt2020nc:r=tv:npl=100,format=yuv420p10le`,
  ].join(",");
const hdrTags = (transfer: "smpte2084" | "arib-std-b67") => [
  ...["-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc", "-color_range", "tv"],
];
/** Two pictures out of three, in an order without a beat. */
const irregular = "select='not(eq(mod(n\\,7)\\,3)+eq(mod(n\\,11)\\,5)+eq(mod(n\\,5)\\,1))'";
const jitter = (ms: number) => `settb=1/90000,setpts='PTS+${ms * 90}*sin(N*1.7)'`;
const fineTimes = ["-vsync", "vfr", "-enc_time_base", "1:90000", "-video_track_timescale", "90000"];
const fields = (first: "tff" | "bff") => [
  ...["-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-pix_fmt", "yuv420p"],
  ...["-flags", "+ildct+ilme", "-x264-params", `${first}=1`, "-field_order", first === "tff" ? "tt" : "bb"],
];
const interlace = (first: "top" | "bottom") =>
  `tinterlace=mode=${first === "top" ? "interleave_top" : "interleave_bottom"},setfield=${first === "top" ? "tff" : "bff"}`;

/** Black, long, and cheap; `padTo` makes the file as large as that with a box that holds nothing. */
function long(
  name: string,
  traits: readonly Trait[],
  { seconds, fps, padTo }: { seconds: number; fps: number; padTo?: number },
): Source {
  return {
    name,
    kind: "video",
    traits,
    async make(path) {
      const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-pix_fmt", "yuv420p"];
      await runTool("ffmpeg", ["-v", "error", ...black({ fps, seconds }), ...codec, ...tidy, path]);
      if (padTo !== undefined) await pad(path, padTo);
    },
  };
}

async function pad(path: string, bytes: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const box = Buffer.alloc(16);
    box.writeUInt32BE(1, 0);
    box.write("free", 4, "latin1");
    box.writeBigUInt64BE(BigInt(bytes - size), 8);
    await file.write(box, 0, box.length, size);
  } finally {
    await file.close();
  }
  await truncate(path, bytes);
}

const fitting: Source[] = [
  film("ready.mp4", ["fits"]),
  film("ready-60.mp4", ["fits", "frame rate"], { scene: { fps: "60" } }),
  film("ready-landscape.mov", ["fits"], { scene: landscape }),
  film("ready-detailed.mp4", ["fits"], { scene: { detailed: true }, video: [...h264, "-crf", "18"] }),
  film("ready-hevc.mp4", ["fits"], { video: [...hevc, "-pix_fmt", "yuv420p", ...hvc1] }),
  film("ready-b-frames.mp4", ["fits"], {
    video: ["-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-pix_fmt", "yuv420p"],
    file: [...tidy, "-movflags", "+faststart+negative_cts_offsets"],
  }),
  film("ready-silent.mp4", ["fits", "no audio"], { sound: null }),
];

const arrangement: Source[] = [
  film("default.mp4", ["edit list", "index last"], {
    untagged: true,
    video: ["-c:v", "libx264", "-preset", "veryfast"],
    file: asFfmpegDoes,
  }),
  film("default.mov", ["edit list", "index last", "no audio"], {
    video: ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"],
    file: asFfmpegDoes,
    sound: null,
  }),
  film("index-last.mp4", ["index last"], { file: ["-use_editlist", "0"] }),
  recut("trimmed-by-edit-list.mp4", ["edit list"], {
    film: { scene: { seconds: 4 }, video: [...h264, "-bf", "2"], file: asFfmpegDoes },
    before: ["-ss", "0.7"],
    file: ["-movflags", "+faststart"],
  }),
  film("sound-late-by-edit-list.mp4", ["edit list"], {
    before: { sound: ["-itsoffset", "0.5"] },
    sound: { seconds: 2.5 },
    file: ["-movflags", "+faststart"],
  }),
  film("picture-late-by-edit-list.mov", ["edit list"], {
    before: { picture: ["-itsoffset", "0.4"] },
    video: [...h264, "-vsync", "passthrough"],
    sound: { seconds: 3.4 },
    file: ["-movflags", "+faststart"],
  }),
  film("two-sounds.mp4", ["several streams"], {
    video: ["-map", "0:v", "-map", "1:a", "-map", "1:a", ...h264],
    file: tidy,
  }),
  {
    name: "subtitled.mov",
    kind: "video",
    traits: ["several streams"],
    async make(path, directory) {
      const words = join(directory, "words.srt");
      const whole = join(directory, "spoken.mp4");
      await writeFile(words, "1\n00:00:00,500 --> 00:00:02,000\nHello\n");
      await shoot(whole, {});
      await runTool("ffmpeg", [
        ...["-v", "error", "-i", whole, "-i", words, "-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text"],
        ...[...tidy, path],
      ]);
    },
  },
  film("time-code.mov", ["several streams"], { file: [...tidy, "-timecode", "01:00:00:00"] }),
];

const rotated = (name: string, degrees: number, extra: { scene?: object; file?: readonly string[] } = {}): Source =>
  recut(name, ["rotated"], {
    film: { scene: { ...landscape, ...extra.scene } },
    file: ["-metadata:s:v:0", `rotate=${degrees}`, ...(extra.file ?? tidy)],
  });

const shown: Source[] = [
  rotated("rotated-90.mp4", 90),
  rotated("rotated-180.mov", 180),
  rotated("rotated-270.mp4", 270, { scene: { fps: "15" } }),
  film("odd-vp9.webm", ["odd size", "foreign audio codec"], {
    scene: { width: 361, height: 641 },
    video: [...vp9, "-pix_fmt", "yuv420p"],
    audio: opus,
    file: [],
  }),
  film("odd-444.mp4", ["odd size", "4:2:2 or 4:4:4"], {
    scene: { width: 365, height: 645 },
    video: [...h264, "-pix_fmt", "yuv444p"],
  }),
  film("odd-mpeg4.mp4", ["odd size", "foreign video codec"], {
    scene: { width: 363, height: 643 },
    video: ["-c:v", "mpeg4", "-q:v", "3", "-pix_fmt", "yuv420p"],
  }),
  film("not-square-pixels.mp4", ["extreme aspect"], {
    scene: { width: 480, height: 640, filter: "setsar=4/3" },
  }),
  film("interlaced-tff.mp4", ["interlaced"], {
    scene: { ...landscape, fps: "50", filter: interlace("top") },
    video: fields("tff"),
  }),
  film("interlaced-bff.mov", ["interlaced"], {
    scene: { ...landscape, fps: "60000/1001", filter: interlace("bottom") },
    video: fields("bff"),
  }),
  film("interlaced-prores.mov", ["interlaced", "foreign video codec", "4:2:2 or 4:4:4", "10 bit"], {
    scene: { width: 480, height: 640, fps: "50", filter: interlace("top") },
    video: [...prores, "-flags", "+ildct+ilme", "-top", "1", "-field_order", "tt"],
    audio: ["-c:a", "pcm_s16le"],
    file: asFfmpegDoes,
  }),
];

const deep: Source[] = [
  film("pq-hevc.mp4", ["hdr", "10 bit"], {
    scene: { filter: toHdr("smpte2084") },
    video: [...hevc, "-pix_fmt", "yuv420p10le", ...hdrTags("smpte2084"), ...hvc1],
  }),
  film("hlg-hevc.mov", ["hdr", "10 bit", "edit list", "index last"], {
    scene: { filter: toHdr("arib-std-b67") },
    video: [...hevc, "-pix_fmt", "yuv420p10le", ...hdrTags("arib-std-b67"), ...hvc1],
    file: asFfmpegDoes,
  }),
  film("hlg-h264.mp4", ["hdr", "10 bit"], {
    scene: { filter: toHdr("arib-std-b67") },
    video: [...h264, "-pix_fmt", "yuv420p10le", ...hdrTags("arib-std-b67")],
  }),
  film("ten-bit-h264.mp4", ["10 bit"], { video: [...h264, "-pix_fmt", "yuv420p10le"] }),
  film("ten-bit-hevc.mp4", ["10 bit"], { video: [...hevc, "-pix_fmt", "yuv420p10le", ...hvc1] }),
  film("422-h264.mp4", ["4:2:2 or 4:4:4"], { video: [...h264, "-pix_fmt", "yuv422p"] }),
  film("prores.mov", ["4:2:2 or 4:4:4", "10 bit", "foreign video codec"], {
    video: prores,
    audio: ["-c:a", "pcm_s24le"],
  }),
  film("full-range-601.mp4", ["colour profile"], {
    scene: { filter: "scale=out_color_matrix=bt601:out_range=pc" },
    video: [
      ...[...h264, "-pix_fmt", "yuvj420p", "-colorspace", "smpte170m", "-color_primaries", "smpte170m"],
      ...["-color_trc", "smpte170m", "-color_range", "pc"],
    ],
  }),
];

const timed: Source[] = [
  film("screen-recording.mp4", ["variable frame rate"], {
    scene: { fps: "60", filter: irregular },
    video: [...h264, "-vsync", "vfr"],
  }),
  film("phone.mov", ["variable frame rate", "edit list", "index last"], {
    scene: { filter: jitter(12) },
    video: [...h264, ...fineTimes],
    file: asFfmpegDoes,
  }),
  film("steady-phone.mp4", ["fits"], { scene: { filter: jitter(2) }, video: [...h264, ...fineTimes] }),
  film("variable.webm", ["variable frame rate", "foreign audio codec"], {
    scene: { filter: irregular },
    video: [...vp9, "-vsync", "vfr"],
    audio: opus,
    file: [],
  }),
  ...(
    [
      ["fps-10.mp4", "10"],
      ["fps-15.mp4", "15"],
      ["fps-23-976.mp4", "24000/1001"],
      ["fps-24.mp4", "24"],
      ["fps-29-97.mp4", "30000/1001"],
      ["fps-50.mp4", "50"],
      ["fps-59-94.mov", "60000/1001"],
      ["fps-120.mp4", "120"],
    ] as const
  ).map(([name, fps]) => film(name, ["frame rate"], { scene: { fps } })),
  film("open-group-h264.mp4", ["open group"], {
    video: [
      ...["-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "15", "-pix_fmt", "yuv420p"],
      ...["-x264-params", "open-gop=1:b-adapt=0:scenecut=0"],
    ],
    file: [...tidy, "-movflags", "+faststart+negative_cts_offsets"],
  }),
  film("open-group-hevc.mp4", ["open group"], {
    video: [
      ...["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", ...hvc1],
      ...["-x265-params", "log-level=error:open-gop=1:bframes=2:keyint=15:min-keyint=15:b-adapt=0:scenecut=0"],
    ],
    file: [...tidy, "-movflags", "+faststart+negative_cts_offsets"],
  }),
];

const sounding: Source[] = [
  film("mp3.mp4", ["foreign audio codec"], { audio: ["-c:a", "libmp3lame"] }),
  film("opus.mp4", ["foreign audio codec"], { audio: opus }),
  film("pcm.mov", ["foreign audio codec"], { audio: ["-c:a", "pcm_s16le"] }),
  film("ac3.mp4", ["foreign audio codec"], { audio: ["-c:a", "ac3"] }),
  film("flac.mp4", ["foreign audio codec"], { audio: ["-c:a", "flac", "-strict", "-2"] }),
  film("mono.mp4", ["fits", "foreign audio format"], { sound: { channels: "mono" } }),
  film("five-one.mp4", ["foreign audio format"], {
    sound: { channels: "5.1" },
    audio: ["-c:a", "aac", "-b:a", "384k"],
  }),
  film("96-khz.mp4", ["foreign audio format"], { sound: { rate: 96_000 } }),
  film("22-khz.mp4", ["fits", "foreign audio format"], {
    sound: { rate: 22_050, channels: "mono" },
    audio: ["-c:a", "aac"],
  }),
];

const coded: Source[] = [
  film("vp9.webm", ["foreign container", "foreign video codec"], {
    video: [...vp9, "-pix_fmt", "yuv420p"],
    audio: opus,
    file: [],
  }),
  film("vp8.webm", ["foreign container", "foreign video codec"], {
    video: ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "2M", "-pix_fmt", "yuv420p"],
    audio: ["-c:a", "libvorbis"],
    file: [],
  }),
  film("vp9.mp4", ["foreign video codec"], { video: [...vp9, "-pix_fmt", "yuv420p"] }),
  film("av1.mp4", ["foreign video codec"], { video: ["-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p"] }),
  film("mpeg4.mov", ["foreign video codec"], { video: ["-c:v", "mpeg4", "-q:v", "3", "-pix_fmt", "yuv420p"] }),
  film("motion-jpeg.mov", ["foreign video codec"], {
    video: ["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"],
    audio: ["-c:a", "pcm_s16le"],
  }),
  film("matroska.mkv", ["foreign container"], { file: [] }),
  film("windows.avi", ["foreign container"], { audio: ["-c:a", "libmp3lame"], file: [] }),
  film("broadcast.ts", ["foreign container"], { file: [] }),
  film("flash.flv", ["foreign container"], { audio: aac, file: [] }),
];

const sized: Source[] = [
  film("tiny-200.mp4", ["too small"], { scene: { width: 200, height: 200 } }),
  film("small-320x568.mp4", ["too small"], { scene: { width: 320, height: 568 } }),
  film("portrait-4k.mp4", ["too large in pixels"], {
    scene: { width: 2160, height: 3840 },
    video: [...h264, "-preset", "ultrafast"],
  }),
  film("wider-than-tiktok.mp4", ["too large in pixels"], {
    scene: { width: 4_400, height: 2_476, fps: "24" },
    video: [...h264, "-preset", "ultrafast"],
  }),
  film("ribbon-12-to-1.mp4", ["extreme aspect", "too small"], { scene: { width: 1_200, height: 100 } }),
  film("pillar-1-to-12.mp4", ["extreme aspect", "too small"], { scene: { width: 100, height: 1_200 } }),
  film("cinema-4-to-1.mp4", ["extreme aspect", "fits"], { scene: { width: 1_440, height: 360 } }),
  film("high-bit-rate.mp4", ["high bit rate"], {
    scene: { width: 540, height: 960, detailed: true },
    video: [
      ...[...h264, "-preset", "ultrafast", "-b:v", "32M", "-minrate", "32M", "-maxrate", "32M", "-bufsize", "8M"],
      ...["-x264-params", "nal-hrd=cbr:force-cfr=1"],
    ],
  }),
  film("high-bit-rate-prores.mov", ["high bit rate", "foreign video codec"], {
    scene: { width: 720, height: 1_280, detailed: true },
    video: ["-c:v", "prores_ks", "-profile:v", "3", "-pix_fmt", "yuv422p10le"],
    audio: ["-c:a", "pcm_s16le"],
  }),
  film("half-a-second.mp4", ["too short"], { scene: { seconds: 0.5 } }),
  film("two-and-a-half.mp4", ["too short"], { scene: { seconds: 2.5 } }),
  long("over-a-minute.mp4", ["too long"], { seconds: 61, fps: 24 }),
  long("over-ten-minutes.mp4", ["too long", "frame rate"], { seconds: 602, fps: 1 }),
  long("over-a-quarter-hour.mp4", ["too long", "frame rate"], { seconds: 903, fps: 1 }),
  long("over-100-mb.mp4", ["too large in bytes"], { seconds: 50, fps: 24, padTo: 110_000_000 }),
  long("over-300-mb.mp4", ["too large in bytes", "too long"], { seconds: 130, fps: 24, padTo: 330_000_000 }),
  long("over-4-gb.mp4", ["too large in bytes", "too long"], { seconds: 70, fps: 24, padTo: 4_400_000_000 }),
];

export const videoSources: readonly Source[] = [
  ...[...fitting, ...arrangement, ...shown, ...deep, ...timed, ...sounding, ...coded, ...sized],
];
