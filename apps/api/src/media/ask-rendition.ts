import type { RenditionRequest } from "@reelay/contract";
import { ensureRendition, lockMedia, type MediaRow, type RenditionRow, type Tx } from "@reelay/database";
import { Failure, isPhotoTarget } from "@reelay/domain";
import { decideRendition, unusable, wishFor, type Wakeups } from "@reelay/flows";

/**
 * The rendition of a media for a target, or of several images as a slideshow: found, begun, or begun anew. Throws `not_found`,
 * `unprocessable`, and what `unusable` says.
 */
export async function askRendition(
  tx: Tx,
  wish: { mediaId: string; request: RenditionRequest },
): Promise<{ rendition: RenditionRow; wakeups: Wakeups }> {
  const otherIds = slideshowMedia(wish.request);
  const locked = await lockMedia(tx, [wish.mediaId, ...otherIds]);
  const media = usable(locked, wish.mediaId, otherIds.length > 0);
  const others = otherIds.map((id) => usable(locked, id, true));
  const ensured = await ensureRendition(
    tx,
    media,
    { ...wishFor(wish.request, media), ...(others.length > 0 && { others }) },
    decideRendition,
  );
  return {
    rendition: ensured.rendition,
    wakeups: { convert: ensured.convert ? [ensured.rendition.id] : [], due: false },
  };
}

function slideshowMedia({ target, options }: RenditionRequest): readonly string[] {
  if (options.slideshow === undefined) return [];
  if (isPhotoTarget(target)) throw unprocessable("options.slideshow", `A ${target} is one photo.`);
  return options.slideshow.media;
}

function usable(locked: readonly MediaRow[], id: string, mustBeImage: boolean): MediaRow {
  const media = locked.find((one) => one.id === id);
  if (!media) throw new Failure("not_found");
  const code = unusable(media);
  if (code !== null) throw new Failure(code);
  if (mustBeImage && media.kind !== "image")
    throw unprocessable("options.slideshow.media", "A slideshow is made of images.");
  return media;
}

function unprocessable(path: string, message: string): Failure {
  return new Failure("unprocessable", { errors: [{ path, code: "slideshow_needs_images", message }] });
}
