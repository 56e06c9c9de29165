import type { MediaProbe } from "@reelay/domain";
import { certain } from "./doubt.ts";
import { framePace, rateTraits } from "./frame-pace.ts";
import type { PictureTraits } from "./picture-traits.ts";
import type { Mp4Track } from "./read-track.ts";

const chromas = ["gray", "yuv420p", "yuv422p", "yuv444p"];
const hdrTransfers = ["smpte2084", "arib-std-b67"];

/** What the index and the parameter set together say of the picture, in the probe's words. */
export function pictureTraits(track: Mp4Track, picture: PictureTraits) {
  const { samples, timescale, rotation } = track;
  const { codec, profile, width, height, pixelAspect, color } = picture;
  const pace = framePace(samples.paces, timescale);
  certain(rotation !== null, "a picture that is more than turned");
  certain(pace !== null && samples.count > 1, "no pace");
  certain(samples.sizes !== null, "pictures of one size");
  certain(width > 0 && height > 0 && isShownWhole(track, picture), "a picture that is not shown as it is");
  // Wide colours without an HDR curve may get it from a message in the stream.
  certain(color.primaries !== "bt2020" || hdrTransfers.includes(color.transfer ?? ""), "HDR that is told elsewhere");
  const isSquare = pixelAspect === null || pixelAspect.numerator === pixelAspect.denominator;
  return {
    videoCodec: codec,
    videoProfile: profile,
    ...{ width, height, rotation },
    ...rateTraits(pace),
    frameCount: samples.count,
    pixelFormat: pixelFormatOf(picture),
    bitDepth: picture.bitDepth,
    scan: "progressive",
    videoBitrate: Math.round((sum(samples.sizes) * 8 * timescale) / samples.ticks),
    ...(isSquare ? {} : { pixelAspect }),
    ...colorTraits(picture),
  } as const satisfies Partial<MediaProbe>;
}

function colorTraits({ color }: PictureTraits): Partial<MediaProbe> {
  return {
    ...(color.matrix === null ? {} : { colorSpace: color.matrix }),
    ...(color.transfer === null ? {} : { colorTransfer: color.transfer }),
    ...(color.primaries === null ? {} : { colorPrimaries: color.primaries }),
    ...(color.isFullRange === null ? {} : { colorRange: color.isFullRange ? "pc" : "tv" }),
  };
}

/** As ffprobe names it. */
function pixelFormatOf({ chroma, bitDepth, color }: PictureTraits): string {
  const name = chromas[chroma];
  certain(name !== undefined && (bitDepth === 8 || bitDepth === 10 || bitDepth === 12), `${bitDepth} bits`);
  if (bitDepth > 8) return `${name}${bitDepth}le`;
  return color.isFullRange === true && chroma > 0 ? name.replace("yuv", "yuvj") : name;
}

/** The header may scale the picture without saying so in the stream: those are for ffprobe. */
function isShownWhole(track: Mp4Track, { width, height, pixelAspect }: PictureTraits): boolean {
  const { shownWidth, shownHeight } = track;
  if (shownWidth === 0 || shownHeight === 0) return true;
  const stretched = pixelAspect === null ? width : (width * pixelAspect.numerator) / pixelAspect.denominator;
  const isNear = (told: number, real: number) => Math.abs(told - real) <= 1;
  return isNear(shownHeight, height) && (isNear(shownWidth, width) || isNear(shownWidth, stretched));
}

function sum(sizes: Uint32Array): number {
  return sizes.reduce((total, size) => total + size, 0);
}
