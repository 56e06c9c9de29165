import { Failure, mediaLimits, type StillOptions } from "@reelay/domain";
import sharp, { type Sharp } from "sharp";

type Frame = Pick<StillOptions, "width" | "height" | "fit">;

const background = { r: 0, g: 0, b: 0 };
const blurShrink = 8;

/** The image, turned upright and fitted into the frame, as packed RGB of 8 bits. Throws Failure `media_unreadable`. */
export async function scaleStill(input: string, frame: Frame): Promise<Buffer> {
  try {
    const { data, info } = await pixels(await fitted(upright(input), frame));
    if (info.width !== frame.width || info.height !== frame.height)
      throw new Error(`unexpected picture ${info.width} × ${info.height}`);
    return data;
  } catch (error) {
    throw new Failure("media_unreadable", { cause: error, internal: `sharp: ${String(error)}` });
  }
}

function upright(input: string): Sharp {
  return sharp(input, {
    limitInputPixels: mediaLimits.image.maxPixels,
    failOn: "error",
    pages: 1,
    sequentialRead: true,
  })
    .timeout({ seconds: mediaLimits.image.decodeTimeoutMs / 1000 })
    .autoOrient()
    .flatten({ background });
}

async function fitted(image: Sharp, { width, height, fit }: Frame): Promise<Sharp> {
  switch (fit) {
    case "pad":
      return image.resize(width, height, { fit: "contain", background });
    case "crop":
      return image.resize(width, height, { fit: "cover" });
    case "blur":
      return overBlur(image, width, height);
  }
  return fit satisfies never;
}

/** The whole picture over a small, blurred and enlarged copy of itself; the file is decoded once. */
async function overBlur(image: Sharp, width: number, height: number): Promise<Sharp> {
  const whole = await pixels(image.resize(width, height, { fit: "inside" }));
  const small = await pixels(
    sharp(whole.data, { raw: whole.info })
      .resize(Math.ceil(width / blurShrink), Math.ceil(height / blurShrink), { fit: "cover" })
      .blur(6)
      .modulate({ brightness: 0.7 }),
  );
  return sharp(small.data, { raw: small.info })
    .resize(width, height, { fit: "fill" })
    .composite([{ input: whole.data, raw: whole.info }]);
}

async function pixels(image: Sharp): Promise<{ data: Buffer; info: { width: number; height: number; channels: 3 } }> {
  const { data, info } = await image
    .removeAlpha()
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`${info.channels} channels instead of 3`);
  return { data, info: { width: info.width, height: info.height, channels: 3 } };
}
