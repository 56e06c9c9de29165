import { Failure, type PhotoRecipe } from "@reelay/domain";
import { rm, writeFile } from "node:fs/promises";
import sharp, { type Raw, type Sharp } from "sharp";
import { interruption } from "./interruption.ts";
import { openImage, unreadableImage } from "./open-image.ts";

export interface PhotoConversion {
  /** A local image; never a URL. */
  readonly input: string;
  /** Written whole or removed. */
  readonly output: string;
  readonly photo: PhotoRecipe;
  readonly signal: AbortSignal;
}

export interface ConvertedPhoto {
  readonly contentType: "image/jpeg";
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
}

/** Tried in turn until the file is small enough. */
const qualities = [92, 88, 84, 78, 70, 60, 50, 40, 30, 20];
/** What shows through transparent parts, and beside a picture of another shape. */
const behind = { transparent: "#ffffff", bars: "#000000" };

/**
 * Makes a baseline JPEG: upright, sRGB, no metadata, exactly as large as the recipe says, at most `maxBytes`. Throws Failure
 * `media_unreadable`, `conversion_failed` (not even the lowest quality is small enough), the signal's reason when that is a Failure, else
 * `conversion_interrupted`.
 */
export async function convertPhoto({ input, output, photo, signal }: PhotoConversion): Promise<ConvertedPhoto> {
  if (signal.aborted) throw interruption(signal);
  const { width, height } = photo;
  const picture = await decode(input, photo);
  for (const quality of qualities) {
    if (signal.aborted) throw interruption(signal);
    const jpeg = await encode(picture, quality);
    if (jpeg.length > photo.maxBytes) continue;
    await writeWhole(output, jpeg);
    return { contentType: "image/jpeg", width, height, sizeBytes: jpeg.length };
  }
  throw new Failure("conversion_failed", {
    internal: `${width} × ${height} does not fit into ${photo.maxBytes} bytes`,
  });
}

interface Picture {
  readonly data: Buffer;
  readonly info: Raw;
}

/** Decoded once, however often it is encoded. */
async function decode(input: string, photo: PhotoRecipe): Promise<Picture> {
  try {
    const { data, info } = await framed(
      openImage(input).autoOrient().flatten({ background: behind.transparent }),
      photo,
    )
      .removeAlpha()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data, info: { width: info.width, height: info.height, channels: info.channels } };
  } catch (error) {
    throw unreadableImage(error);
  }
}

function framed(image: Sharp, { width, height, fit }: PhotoRecipe): Sharp {
  switch (fit) {
    case "scale":
      return image.resize(width, height, { fit: "fill" });
    case "pad":
      return image.resize(width, height, { fit: "contain", background: behind.bars });
    case "crop":
      return image.resize(width, height, { fit: "cover" });
  }
  return fit satisfies never;
}

function encode({ data, info }: Picture, quality: number): Promise<Buffer> {
  return sharp(data, { raw: info }).jpeg({ quality, progressive: false, chromaSubsampling: "4:2:0" }).toBuffer();
}

async function writeWhole(output: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(output, bytes);
  } catch (error) {
    await rm(output, { force: true });
    const isFull = (error as { code?: unknown }).code === "ENOSPC";
    throw new Failure(isFull ? "storage_full" : "conversion_failed", { cause: error, internal: String(error) });
  }
}
