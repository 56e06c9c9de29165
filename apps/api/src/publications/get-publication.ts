import type { PublicationView } from "@reelay/contract";
import { readEvents, readPublications, type Tx } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { Language } from "../middleware/language.ts";
import { publicationView } from "./publication-view.ts";

const timelineLimit = 500;

/** One publication with its timeline; throws `not_found`. */
export async function getPublication(tx: Tx, publicationId: string, language: Language): Promise<PublicationView> {
  const [row] = await readPublications(tx, { ids: [publicationId] });
  if (!row) throw new Failure("not_found");
  return publicationView(row, await readEvents(tx, publicationId, 0, timelineLimit), language);
}
