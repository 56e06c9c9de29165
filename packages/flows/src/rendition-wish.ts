import type { TargetOptions } from "@reelay/contract";
import type { MediaRow, RenditionWish } from "@reelay/database";
import { digestOf } from "./digest.ts";

/** Which rendition of `media` a target asks for. How a still becomes a video says nothing about a video, so it is left out there. */
export function renditionWish(
  options: Pick<TargetOptions, "type" | "still">,
  media: Pick<MediaRow, "kind">,
): RenditionWish {
  switch (options.type) {
    case "tiktok_video":
      return wishFor("tiktok-video", media.kind === "image" ? { still: options.still } : {});
    default:
      return options.type satisfies never;
  }
}

/** The same for a rendition asked for by itself. */
export function wishFor(target: string, options: object): RenditionWish {
  return { target, options, optionsDigest: digestOf(options) };
}
