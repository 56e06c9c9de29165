import type { ConversionFit } from "./conversion-options.ts";
import type { ConversionPlan, PhotoRecipe } from "./conversion-recipe.ts";
import type { ConversionReason } from "./conversion-reasons.ts";
import type { PhotoLimits } from "./conversion-targets.ts";
import { fitAspect } from "./fit-aspect.ts";
import type { MediaProbe } from "./media-probe.ts";
import { shownSize, type Size } from "./shown-size.ts";

interface PhotoCase {
  readonly probe: MediaProbe;
  readonly limits: PhotoLimits;
  readonly shown: Size;
}

interface PhotoRule {
  readonly reason: ConversionReason;
  readonly isBroken: (photo: PhotoCase) => boolean;
}

const photoRules: readonly PhotoRule[] = [
  { reason: "container_not_accepted", isBroken: ({ probe, limits }) => !limits.containers.includes(probe.container) },
  // Unknown counts as present: what is published by mistake cannot be taken back.
  { reason: "metadata_present", isBroken: ({ probe }) => probe.hasMetadata !== false || probe.rotation !== 0 },
  {
    reason: "color_space_not_accepted",
    isBroken: ({ probe }) => (probe.colorSpace ?? "srgb") !== "srgb" || probe.colorProfile === "other",
  },
  { reason: "animated", isBroken: ({ probe }) => (probe.pages ?? 1) > 1 },
  {
    reason: "side_too_large",
    isBroken: ({ shown: { width, height }, limits }) =>
      Math.min(width, height) > (limits.maxShortSidePixels ?? Infinity) ||
      Math.max(width, height) > (limits.maxLongSidePixels ?? Infinity),
  },
  {
    reason: "aspect_too_tall",
    isBroken: ({ shown: { width, height }, limits }) => width / height < (limits.minAspect ?? 0),
  },
  {
    reason: "aspect_too_wide",
    isBroken: ({ shown: { width, height }, limits }) => width / height > (limits.maxAspect ?? Infinity),
  },
  { reason: "too_large", isBroken: ({ probe, limits }) => probe.sizeBytes > limits.maxBytes },
];

/** How an image becomes a photo of the target. */
export function planPhoto(probe: MediaProbe, limits: PhotoLimits, fit: ConversionFit): ConversionPlan {
  if (probe.kind === "video") return { kind: "impossible", reasons: ["video_not_accepted"] };
  if (probe.width < 1 || probe.height < 1) return { kind: "impossible", reasons: ["size_unknown"] };
  const photo = { probe, limits, shown: shownSize(probe) };
  const reasons = photoRules.filter((rule) => rule.isBroken(photo)).map(({ reason }) => reason);
  if (reasons.length === 0) return { kind: "pass", reasons: [] };
  return { kind: "photo", reasons, photo: photoRecipe(photo.shown, limits, fit) };
}

function photoRecipe(shown: Size, limits: PhotoLimits, wish: ConversionFit): PhotoRecipe {
  const aspects = { min: limits.minAspect ?? 0, max: limits.maxAspect ?? Infinity };
  const { fit, ...shape } = fitAspect(shown, aspects, wish);
  const widths = limits.madeWidthPixels ?? { min: 0, max: Infinity };
  const shrink = Math.min(
    1,
    widths.max / shape.width,
    (limits.maxShortSidePixels ?? Infinity) / Math.min(shape.width, shape.height),
    (limits.maxLongSidePixels ?? Infinity) / Math.max(shape.width, shape.height),
  );
  const scale = Math.max(shrink, widths.min / shape.width);
  const width = Math.max(1, Math.round(shape.width * scale));
  // Rounding towards the middle, so that a shape at the border does not leave it.
  const [lowest, highest] = [Math.ceil(width / aspects.max), Math.floor(width / aspects.min)];
  const height = Math.max(1, lowest, Math.min(highest, Math.round(shape.height * scale)));
  return { width, height, fit, maxBytes: limits.maxBytes };
}
