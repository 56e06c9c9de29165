import type { RenditionRequest, TargetOptions } from "@reelay/contract";
import type { MediaRow, RenditionWish } from "@reelay/database";
import { conversionOptions, isPhotoTarget } from "@reelay/domain";
import { digestOf } from "./digest.ts";

/** Which rendition of `media` a target of a post asks for. */
export function renditionWish(
  options: Pick<TargetOptions, "type" | "still">,
  media: Pick<MediaRow, "kind">,
): RenditionWish {
  switch (options.type) {
    case "tiktok_video":
      return wishFor({ target: "tiktok-video", options: conversionOptions.parse({ still: options.still }) }, media);
    default:
      return options.type satisfies never;
  }
}

/**
 * The rendition that a request means. Options that say nothing about this media and target are left out: they would only
 * part renditions that are the same.
 */
export function wishFor({ target, options }: RenditionRequest, media: Pick<MediaRow, "kind">): RenditionWish {
  const chosen = isPhotoTarget(target) ? fitOf(options) : chosenForVideo(options, media.kind);
  return { target, options: chosen, optionsDigest: digestOf(chosen) };
}

/** While the bytes are still being fetched (no kind), either may turn out to be needed. */
function chosenForVideo(options: RenditionRequest["options"], kind: MediaRow["kind"] | null): object {
  switch (kind) {
    case "image":
      return motionOf(options);
    case "video":
      return fitOf(options);
    case null:
      return { ...motionOf(options), ...fitOf(options) };
  }
}

function motionOf({ still, slideshow }: RenditionRequest["options"]): object {
  return slideshow === undefined ? { still } : { still, slideshow };
}

// `pad` is left out: renditions stored before there was a choice have no `fit`.
function fitOf({ fit }: RenditionRequest["options"]): object {
  return fit === "pad" ? {} : { fit };
}
