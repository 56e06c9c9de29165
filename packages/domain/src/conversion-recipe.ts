import type { StillOptions } from "./conversion-options.ts";
import type { ConversionReason } from "./conversion-reasons.ts";
import type { SlideshowOptions } from "./slideshow.ts";

export interface FrameRate {
  readonly numerator: number;
  readonly denominator: number;
}

/** How a picture comes into its frame. scale: the whole of it fills the frame; pad: bars keep its shape; crop: its middle. */
export type Fit = "scale" | "pad" | "crop";

export interface VideoRecipe {
  /** As shown (rotation applied), square pixels, even. */
  readonly width: number;
  readonly height: number;
  readonly fit: Fit;
  /** Constant. */
  readonly frameRate: FrameRate;
  readonly deinterlace: boolean;
  /** HDR (PQ, HLG) to bt709. */
  readonly toneMap: boolean;
  /** Bits a second, video only; null where nothing limits it. */
  readonly maxBitrate: number | null;
}

/** copy: the packets as they are; encode: AAC 48 kHz (44.1 where the source has it) up to 2 channels; none: the source has no audio. */
export type AudioRecipe = "copy" | "encode" | "none";

export interface PhotoRecipe {
  /** As shown (orientation applied). */
  readonly width: number;
  readonly height: number;
  readonly fit: Fit;
  readonly maxBytes: number;
}

export type Reasons = readonly ConversionReason[];

/** What has to be done to media before a platform takes it. `reasons` say why it does not fit as it is. */
export type ConversionPlan =
  /** No byte is touched. */
  | { readonly kind: "pass"; readonly reasons: readonly [] }
  /** The picture's packets are copied into an MP4: index first, no edit list. */
  | { readonly kind: "remux"; readonly reasons: Reasons; readonly audio: AudioRecipe }
  /** H.264 high, yuv420p, bt709 in tv range, closed groups of pictures, index first, no edit list. */
  | {
      readonly kind: "transcode";
      readonly reasons: Reasons;
      readonly video: VideoRecipe;
      readonly audio: AudioRecipe;
    }
  | { readonly kind: "still"; readonly reasons: Reasons; readonly still: StillOptions; readonly frameCount: number }
  /** Several images; of `still` its frame, rate, fit and silence are used. */
  | {
      readonly kind: "slideshow";
      readonly reasons: Reasons;
      readonly still: StillOptions;
      readonly slideshow: SlideshowOptions;
      readonly frameCount: number;
    }
  /** A JPEG: orientation applied, sRGB, metadata stripped. */
  | { readonly kind: "photo"; readonly reasons: Reasons; readonly photo: PhotoRecipe }
  | { readonly kind: "impossible"; readonly reasons: Reasons };
