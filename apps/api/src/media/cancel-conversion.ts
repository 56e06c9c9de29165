import { cancelRendition, getRendition, type Database, type RenditionRow } from "@reelay/database";
import { Failure } from "@reelay/domain";

/** Cancels a conversion; one that has ended stays as it is. Throws `not_found`, `rendition_in_use`. */
export async function cancelConversion(
  database: Database,
  workspaceId: string,
  renditionId: string,
): Promise<RenditionRow> {
  const outcome = await cancelRendition(database, workspaceId, renditionId);
  if (outcome === "needed") throw new Failure("rendition_in_use");
  const rendition = outcome === "missing" ? null : await getRendition(database, workspaceId, renditionId);
  if (!rendition) throw new Failure("not_found");
  return rendition;
}
