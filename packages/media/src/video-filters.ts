import type { FrameRate, MediaProbe, VideoRecipe } from "@reelay/domain";
import { isRgb, sourceColor, type SourceColor } from "./source-color.ts";
import { toneMapFilters } from "./tone-map.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** From this many times the source's rate on, each field becomes a picture of its own. */
const bothFieldsFrom = 1.5;
/** As ffmpeg's `colorspace` filter knows them. */
const knownTransfers = new Set([
  "bt709",
  "bt470m",
  "bt470bg",
  "smpte170m",
  "smpte240m",
  "iec61966-2-1",
  "bt2020-10",
  "bt2020-12",
]);
const scaleMatrices: Readonly<Record<string, string>> = {
  bt709: "bt709",
  smpte170m: "bt601",
  bt470bg: "bt601",
  fcc: "fcc",
  smpte240m: "smpte240m",
  bt2020nc: "bt2020",
  bt2020c: "bt2020",
};

/**
 * ffmpeg's filters, in order, that make of a decoded picture one as the recipe says: upright, square pixels, constant rate from time 0 on,
 * 8 bits 4:2:0, bt709 in tv range (converted, not only named).
 */
export function videoFilters(probe: MediaProbe, video: VideoRecipe, options: { hasZscale: boolean }): string {
  return [
    ...deinterlacing(probe, video),
    `fps=fps=${rateText(video.frameRate)}:start_time=0`,
    ...pictureFilters(probe, video, options),
  ].join(",");
}

/** The same without time: for a single picture. */
export function pictureFilters(
  probe: MediaProbe,
  video: Pick<VideoRecipe, "width" | "height" | "fit" | "toneMap">,
  { hasZscale }: { hasZscale: boolean },
): string[] {
  const inner = innerSize(shownSize(probe), video);
  const color = sourceColor(probe);
  const scaling = video.toneMap
    ? toneMapFilters(color, inner, hasZscale)
    : [...scaled(probe, color, inner), ...otherPrimaries(probe, color)];
  return [
    ...upright(probe.rotation),
    ...scaling,
    ...framed(inner, video),
    "setsar=1",
    "setparams=field_mode=prog:range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709",
  ];
}

export function rateText({ numerator, denominator }: FrameRate): string {
  return `${numerator}/${denominator}`;
}

function deinterlacing(probe: MediaProbe, { deinterlace, frameRate }: VideoRecipe): string[] {
  if (!deinterlace) return [];
  const isDoubled = frameRate.numerator / frameRate.denominator >= bothFieldsFrom * (probe.fps ?? Infinity);
  return [`bwdif=mode=${isDoubled ? "send_field" : "send_frame"}:parity=auto:deint=all`];
}

function upright(rotation: MediaProbe["rotation"]): string[] {
  switch (rotation) {
    case 0:
      return [];
    case 90:
      return ["transpose=clock"];
    case 180:
      return ["hflip", "vflip"];
    case 270:
      return ["transpose=cclock"];
  }
  return rotation satisfies never;
}

/** Upright, with square pixels. */
export function shownSize({ width, height, rotation, pixelAspect }: MediaProbe): Size {
  const wide = pixelAspect === undefined ? width : (width * pixelAspect.numerator) / pixelAspect.denominator;
  return rotation === 90 || rotation === 270 ? { width: height, height: wide } : { width: wide, height };
}

/** What the whole picture is scaled to, before bars are added or sides are cut off. */
function innerSize(shown: Size, { width, height, fit }: Size & Pick<VideoRecipe, "fit">): Size {
  const [wide, high] = [width / shown.width, height / shown.height];
  switch (fit) {
    case "scale":
      return { width, height };
    case "pad": {
      const factor = Math.min(wide, high);
      return {
        width: Math.min(width, even(shown.width * factor)),
        height: Math.min(height, even(shown.height * factor)),
      };
    }
    case "crop": {
      const factor = Math.max(wide, high);
      return {
        width: Math.max(width, even(shown.width * factor)),
        height: Math.max(height, even(shown.height * factor)),
      };
    }
  }
  return fit satisfies never;
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}

/** Nothing is scaled that is right already: decoding and encoding are the whole cost then. */
function scaled(probe: MediaProbe, color: SourceColor, inner: Size): string[] {
  const { rotation, width, height } = probe;
  const stored = rotation === 90 || rotation === 270 ? { width: height, height: width } : { width, height };
  const isSame = stored.width === inner.width && stored.height === inner.height;
  // Other primaries need the source's own matrix a little longer.
  const needsMatrix = needsPrimaries(probe, color) ? false : isRgb(probe) || scaleMatrices[color.matrix] !== "bt709";
  if (isSame && !needsMatrix && color.range === "tv" && probe.pixelFormat === "yuv420p") return [];
  const from = isRgb(probe) ? "" : `:in_color_matrix=${scaleMatrices[color.matrix] ?? "bt709"}:in_range=${color.range}`;
  const to = needsMatrix ? "bt709" : (scaleMatrices[color.matrix] ?? "bt709");
  const depth = needsPrimaries(probe, color) && (probe.bitDepth ?? 8) > 8 ? "yuv420p10le" : "yuv420p";
  return [
    `scale=w=${inner.width}:h=${inner.height}:flags=bicubic${from}:out_color_matrix=${to}:out_range=tv`,
    `format=${depth}`,
  ];
}

function needsPrimaries(probe: MediaProbe, { primaries }: SourceColor): boolean {
  return !isRgb(probe) && primaries !== "bt709";
}

function otherPrimaries(probe: MediaProbe, color: SourceColor): string[] {
  if (!needsPrimaries(probe, color)) return [];
  const transfer = knownTransfers.has(color.transfer) ? color.transfer : "bt709";
  const matrix = color.matrix in scaleMatrices ? color.matrix : "bt709";
  return [
    `colorspace=ispace=${matrix === "bt2020c" ? "bt2020nc" : matrix}:iprimaries=${color.primaries}:itrc=${transfer}:irange=tv` +
      ":space=bt709:primaries=bt709:trc=bt709:range=tv:format=yuv420p",
  ];
}

function framed(inner: Size, { width, height, fit }: Size & Pick<VideoRecipe, "fit">): string[] {
  if (inner.width === width && inner.height === height) return [];
  return fit === "crop" ? [`crop=${width}:${height}`] : [`pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:black`];
}
