import type { MediaProbe } from "@reelay/domain";

/** How the numbers of a picture are to be read, in ffprobe's names. */
export interface SourceColor {
  readonly matrix: string;
  readonly primaries: string;
  readonly transfer: string;
  readonly range: "tv" | "pc";
}

/** Above these a picture that does not say its matrix is taken as HD, as players do. */
const sd = { maxWidth: 1_024, maxHeight: 576 };
const unsaid = new Set(["unknown", "reserved", "unspecified"]);

/** The colours of a source; where it does not say them, those that players assume for its size. */
export function sourceColor(probe: MediaProbe): SourceColor {
  const isSd = probe.width <= sd.maxWidth && probe.height <= sd.maxHeight;
  const matrix = said(probe.colorSpace) ?? (isSd ? "smpte170m" : "bt709");
  return {
    matrix,
    primaries: said(probe.colorPrimaries) ?? (matrix.startsWith("bt2020") ? "bt2020" : "bt709"),
    transfer: said(probe.colorTransfer) ?? "bt709",
    range: probe.colorRange ?? (probe.pixelFormat?.startsWith("yuvj") ? "pc" : "tv"),
  };
}

export function isRgb(probe: MediaProbe): boolean {
  return /^(gbr|rgb|bgr|argb|abgr|0rgb|pal8)/.test(probe.pixelFormat ?? "") || probe.colorSpace === "gbr";
}

function said(value: string | undefined): string | undefined {
  return value === undefined || unsaid.has(value) ? undefined : value;
}
