import type { ConversionFit } from "./conversion-options.ts";
import type { Fit } from "./conversion-recipe.ts";
import type { Size } from "./shown-size.ts";

export interface Aspects {
  readonly min: number;
  readonly max: number;
}

/** The frame for a picture: its own shape where that is taken, else the nearest one that is, by bars (pad) or by cutting (crop). */
export function fitAspect({ width, height }: Size, aspects: Aspects, wish: ConversionFit): Size & { fit: Fit } {
  const aspect = Math.min(Math.max(width / height, aspects.min), aspects.max);
  if (aspect === width / height) return { width, height, fit: "scale" };
  const keepsWidth = aspect < width / height === (wish === "pad");
  return keepsWidth ? { width, height: width / aspect, fit: wish } : { width: height * aspect, height, fit: wish };
}
