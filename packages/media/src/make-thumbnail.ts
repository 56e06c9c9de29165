import { interruption } from "./interruption.ts";
import { openImage, unreadableImage } from "./open-image.ts";

export const thumbnailRecipe = { maxSidePixels: 320, quality: 75 } as const;

/**
 * Writes a small JPEG of an image (a poster is one, too), upright, sRGB, without metadata; never larger than the image itself. Throws
 * Failure `media_unreadable`, the signal's reason when that is a Failure, else `conversion_interrupted`.
 */
export async function makeThumbnail({
  input,
  output,
  signal,
}: {
  input: string;
  output: string;
  signal: AbortSignal;
}): Promise<void> {
  if (signal.aborted) throw interruption(signal);
  const { maxSidePixels, quality } = thumbnailRecipe;
  await openImage(input)
    .autoOrient()
    .resize(maxSidePixels, maxSidePixels, { fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .jpeg({ quality })
    .toFile(output)
    .catch((error: unknown) => {
      throw unreadableImage(error);
    });
}
