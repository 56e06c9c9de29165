import type { RenditionRequest } from "@reelay/contract";
import { ensureRendition, lockMedia, type RenditionRow, type Tx } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { decideRendition, wishFor, type Wakeups } from "@reelay/flows";

/** The rendition of a media for a target: found, begun, or begun anew. Throws `not_found`, `media_rejected`. */
export async function askRendition(
  tx: Tx,
  wish: { mediaId: string; request: RenditionRequest },
): Promise<{ rendition: RenditionRow; wakeups: Wakeups }> {
  const [media] = await lockMedia(tx, [wish.mediaId]);
  if (!media) throw new Failure("not_found");
  if (media.state === "rejected") throw new Failure("media_rejected");
  const { target, options } = wish.request;
  const ensured = await ensureRendition(
    tx,
    media,
    wishFor(target, media.kind === "image" ? options : {}),
    decideRendition,
  );
  return {
    rendition: ensured.rendition,
    wakeups: { convert: ensured.convert ? [ensured.rendition.id] : [], due: false },
  };
}
