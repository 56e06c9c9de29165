import { stat } from "node:fs/promises";
import sharp from "sharp";
import { photoRules, type PhotoRules } from "./platform-rules.ts";

export type PhotoTarget = keyof typeof photoRules;

const aspectTolerance = 0.01;

/** What a platform would refuse in this photo; empty when it takes it. */
export async function checkPhoto(path: string, target: PhotoTarget): Promise<string[]> {
  const rules: PhotoRules = photoRules[target];
  const [{ size }, found] = await Promise.all([stat(path), sharp(path).metadata()]);
  const { width, height, format } = found;
  const aspect = width / height;
  const problems: string[] = [];
  const demand = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  demand(rules.formats.includes(format), `format ${format}`);
  demand(size <= rules.maxBytes, `${size} bytes`);
  demand(Math.min(width, height) <= rules.maxShortSide, `${width} × ${height}: short side`);
  demand(Math.max(width, height) <= rules.maxLongSide, `${width} × ${height}: long side`);
  demand(width >= rules.width[0] && width <= rules.width[1], `${width} wide`);
  const [least, most] = rules.aspect;
  demand(aspect >= least - aspectTolerance && aspect <= most + aspectTolerance, `aspect ${aspect.toFixed(3)}`);
  demand((found.orientation ?? 1) === 1, `orientation ${found.orientation}`);
  demand(found.space === "srgb" || found.space === "b-w", `colours ${found.space}`);
  return problems;
}

/** What every photo keeps to that we make ourselves. */
export async function checkOurPhoto(path: string): Promise<string[]> {
  const found = await sharp(path).metadata();
  const problems: string[] = [];
  const demand = (holds: boolean, problem: string) => void (holds || problems.push(problem));
  demand(
    found.format === "jpeg" && !found.isProgressive,
    `${found.isProgressive ? "progressive " : ""}${found.format}`,
  );
  demand(found.space === "srgb" && found.channels === 3, `colours ${found.space} × ${found.channels}`);
  for (const name of ["exif", "xmp", "iptc"] as const) demand(found[name] === undefined, `${name} kept`);
  demand(found.icc === undefined || found.icc.includes("sRGB"), "a profile other than sRGB");
  return problems;
}

/** Mean difference of the colours (0-255) to the source, upright, in sRGB, on white, fitted into the same frame. */
export async function photoDifference(source: string, result: string, fit: "scale" | "pad" | "crop"): Promise<number> {
  const { width, height } = await sharp(result).metadata();
  const how = { scale: "fill", pad: "contain", crop: "cover" } as const;
  const upright = await sharp(source, { limitInputPixels: false })
    .autoOrient()
    .toColourspace("srgb")
    .flatten({ background: "white" })
    .resize(width, height, { fit: how[fit], background: "black" })
    .png()
    .toBuffer();
  const [wanted, got] = await Promise.all([small(upright), small(result)]);
  return wanted.reduce((sum, value, at) => sum + Math.abs(value - (got[at] ?? 0)), 0) / wanted.length;
}

async function small(image: string | Buffer): Promise<number[]> {
  const { data } = await sharp(image)
    .toColourspace("srgb")
    .removeAlpha()
    .resize(48, 48, { fit: "fill" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}
