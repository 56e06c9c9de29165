import type { MediaProbe } from "./media-probe.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Width and height as a player shows them: square pixels, turned. Not rounded. */
export function shownSize(probe: Pick<MediaProbe, "width" | "height" | "rotation" | "pixelAspect">): Size {
  const pixel = probe.pixelAspect ?? { numerator: 1, denominator: 1 };
  const width = (probe.width * pixel.numerator) / pixel.denominator;
  const { height } = probe;
  return probe.rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}
