import sharp from "sharp";

const pngHeader = { widthAt: 16, heightAt: 20, bytes: 24 };

/** Declared width and height, from the header alone. Rejects when it cannot be read. */
export async function readImageHeader(
  path: string,
  head: Buffer,
  contentType: string,
): Promise<{ width: number; height: number }> {
  // A PNG's sizes stand at a fixed place, so that even one whose picture is missing can be refused for its size.
  if (contentType === "image/png" && head.length >= pngHeader.bytes) {
    return sized(head.readUInt32BE(pngHeader.widthAt), head.readUInt32BE(pngHeader.heightAt));
  }
  const { width, height } = await sharp(path, { limitInputPixels: false, pages: 1 }).metadata();
  return sized(width, height);
}

function sized(width: number, height: number): { width: number; height: number } {
  if (width < 1 || height < 1) throw new RangeError(`an image of ${width} × ${height}`);
  return { width, height };
}
