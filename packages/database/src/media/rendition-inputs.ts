import { createHash } from "node:crypto";
import type { Tx } from "../connect.ts";
import { mediaColumns, mediaOf, type MediaRow, type RawMedia } from "./media-row.ts";

/** What a rendition is made of, as one digest: that of its media, or of all its images in order. */
export function inputDigest(media: Pick<MediaRow, "sha256">, others: readonly Pick<MediaRow, "sha256">[]): string {
  if (others.length === 0) return media.sha256;
  const digests = [media, ...others].map(({ sha256 }) => sha256);
  return createHash("sha256").update(digests.join("\n")).digest("hex");
}

/** Says which images a locked rendition is made of beside its media, in order. */
export async function writeRenditionInputs(
  tx: Tx,
  rendition: { id: string; workspaceId: string },
  others: readonly Pick<MediaRow, "id">[],
): Promise<void> {
  const ids = others.map(({ id }) => id);
  await tx.$executeRaw`delete from rendition_inputs where rendition_id = ${rendition.id}::uuid`;
  await tx.$executeRaw`
    insert into rendition_inputs (workspace_id, rendition_id, position, media_id)
    select ${rendition.workspaceId}::uuid, ${rendition.id}::uuid, o.position, o.id
    from unnest(${ids}::uuid[]) with ordinality as o(id, position)`;
}

/** The images of a slideshow after its first, in order; none for any other rendition. */
export async function readRenditionInputs(tx: Tx, renditionId: string): Promise<MediaRow[]> {
  const rows = await tx.$queryRaw<RawMedia[]>`
    select ${mediaColumns} from rendition_inputs i join media m on m.id = i.media_id
    where i.rendition_id = ${renditionId}::uuid order by i.position`;
  return rows.map(mediaOf);
}
