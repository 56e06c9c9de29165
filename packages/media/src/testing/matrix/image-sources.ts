import { stat, truncate, writeFile } from "node:fs/promises";
import sharp, { type Sharp } from "sharp";
import { runTool } from "./run-tool.ts";
import type { Source, Trait } from "./source.ts";

interface Drawing {
  readonly width: number;
  readonly height: number;
  /** From 0 to 255: how much noise lies over the shapes. */
  readonly noise?: number;
}

/** Soft colours with a red corner at the top left, by which the way up can be told. */
function draw({ width, height, noise = 0 }: Drawing): Sharp {
  const corner = Math.round(Math.min(width, height) / 3);
  const shapes = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#305080"/><stop offset="1" stop-color="#c0d080"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/><rect width="${corner}" height="${corner}" fill="#d02020"/>
    <circle cx="70%" cy="60%" r="20%" fill="#40a060"/></svg>`;
  const plain = sharp(Buffer.from(shapes), { limitInputPixels: false, unlimited: true }).removeAlpha();
  return noise === 0
    ? plain
    : plain.composite([{ input: grain(width, height, noise), raw: { width, height, channels: 4 } }]);
}

function grain(width: number, height: number, strength: number): Buffer {
  const pixels = Buffer.alloc(width * height * 4);
  let state = 1;
  for (let at = 0; at < pixels.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    pixels.writeUInt32BE(((state & 0xffffff00) | strength) >>> 0, at);
  }
  return pixels;
}

function image(
  name: string,
  traits: readonly Trait[],
  drawing: Drawing,
  finish: (drawn: Sharp) => Sharp | Promise<Sharp>,
): Source {
  return {
    name,
    kind: "image",
    traits,
    async make(path) {
      await (await finish(draw(drawing))).toFile(path);
    },
  };
}

const jpeg = (drawn: Sharp) => drawn.jpeg({ quality: 90 });
const square = { width: 1080, height: 1080 };
const portrait = { width: 1080, height: 1350 };

const oriented = (orientation: number) =>
  image(`orientation-${orientation}.jpg`, ["orientation tag"], { width: 1_000, height: 800 }, (drawn) =>
    jpeg(drawn.withMetadata({ orientation })),
  );

/** Through another colour space: the pixels are converted and the profile stands in the file. */
const profiled = (name: string, profile: "p3" | "cmyk") =>
  image(name, ["colour profile"], square, async (drawn) => {
    const pixels = await drawn.png().toBuffer();
    if (profile === "p3") return jpeg(sharp(pixels).withIccProfile("p3"));
    return sharp(pixels).toColourspace("cmyk").withIccProfile("cmyk").jpeg({ quality: 90 });
  });

export const imageSources: readonly Source[] = [
  image("ready.jpg", ["fits"], square, jpeg),
  image("ready-portrait.jpg", ["fits"], portrait, jpeg),
  image("ready-progressive.jpg", ["fits"], portrait, (drawn) => drawn.jpeg({ quality: 90, progressive: true })),
  ...[3, 5, 6, 8].map(oriented),
  profiled("display-p3.jpg", "p3"),
  profiled("cmyk.jpg", "cmyk"),
  image("grey.jpg", ["colour profile"], square, (drawn) => drawn.toColourspace("b-w").jpeg({ quality: 90 })),
  image("sixteen-bit.png", ["deep or translucent", "foreign image format"], square, (drawn) =>
    drawn.toColourspace("rgb16").png(),
  ),
  image("translucent.png", ["deep or translucent", "foreign image format"], square, (drawn) =>
    drawn.ensureAlpha(0.5).png(),
  ),
  image("picture.webp", ["foreign image format"], square, (drawn) => drawn.webp({ quality: 90 })),
  image("huge.png", ["too large in pixels", "foreign image format"], { width: 6_400, height: 6_400 }, (drawn) =>
    drawn.png({ compressionLevel: 1 }),
  ),
  image("wide-photo.jpg", ["too large in pixels"], { width: 4_000, height: 3_000 }, jpeg),
  image("heavy.jpg", ["too large in bytes"], { width: 2_600, height: 2_600, noise: 160 }, (drawn) =>
    drawn.jpeg({ quality: 100, chromaSubsampling: "4:4:4" }),
  ),
  image(
    "heavy.png",
    ["too large in bytes", "foreign image format"],
    { width: 2_600, height: 2_600, noise: 200 },
    (drawn) => drawn.png({ compressionLevel: 1 }),
  ),
  image("tiny.jpg", ["too small"], { width: 64, height: 64 }, jpeg),
  image("banner.jpg", ["extreme aspect"], { width: 3_000, height: 300 }, jpeg),
  image("tower.jpg", ["extreme aspect"], { width: 300, height: 3_000 }, jpeg),
];

const text = (name: string, kind: "image" | "video", bytes: string | Buffer): Source => ({
  name,
  kind,
  traits: ["damaged"],
  make: (path) => writeFile(path, bytes),
});

/** What nothing can be made of, whatever its name says. */
export const damagedSources: readonly Source[] = [
  text("empty.mp4", "video", ""),
  text("words.mp4", "video", "This is not a film.\n".repeat(100)),
  text("playlist.mp4", "video", "#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/segment.ts\n"),
  text("drawing.jpg", "image", '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'),
  {
    name: "moving.gif",
    kind: "image",
    traits: ["damaged"],
    async make(path) {
      await runTool("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=1", path]);
    },
  },
  {
    name: "only-sound.mp4",
    kind: "video",
    traits: ["damaged"],
    async make(path) {
      await runTool("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=duration=3", "-c:a", "aac", path]);
    },
  },
  {
    name: "cut-off.mp4",
    kind: "video",
    traits: ["damaged"],
    async make(path) {
      await cutOff(path, ["-f", "lavfi", "-i", "testsrc2=size=360x640:rate=30:duration=3", "-pix_fmt", "yuv420p"], 0.6);
    },
  },
  {
    name: "cut-off-index-first.mov",
    kind: "video",
    traits: ["damaged"],
    async make(path) {
      const input = ["-f", "lavfi", "-i", "testsrc2=size=360x640:rate=30:duration=3", "-pix_fmt", "yuv420p"];
      await cutOff(path, [...input, "-movflags", "+faststart"], 0.6);
    },
  },
  {
    name: "cut-off.jpg",
    kind: "image",
    traits: ["damaged"],
    async make(path) {
      const whole = await draw({ ...square, noise: 60 })
        .jpeg()
        .toBuffer();
      await writeFile(path, whole.subarray(0, Math.round(whole.length * 0.6)));
    },
  },
  image("over-50-megapixels.png", ["damaged", "too large in pixels"], { width: 8_000, height: 7_000 }, (drawn) =>
    drawn.png({ compressionLevel: 1 }),
  ),
];

async function cutOff(path: string, args: readonly string[], share: number): Promise<void> {
  await runTool("ffmpeg", ["-v", "error", ...args, path]);
  const { size } = await stat(path);
  await truncate(path, Math.round(size * share));
}
