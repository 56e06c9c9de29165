import type { Tx } from "../connect.ts";
import type { Prisma } from "../generated/client.ts";
import { replacePublicationMedia, type PublicationMedia } from "../posts.ts";
import { writePublication } from "./write.ts";

export interface PublicationEdit {
  readonly publicationId: string;
  readonly workspaceId: string;
  readonly caption: string;
  readonly options: Prisma.InputJsonObject;
  readonly consent: Prisma.InputJsonObject | null;
  readonly consentDigest: string | null;
  readonly dueAt: Date;
  /** From the database's now; ignored while it is preparing. */
  readonly dueInMs: number;
  readonly becomes: "preparing" | "scheduled" | "waiting";
  readonly media: readonly PublicationMedia[];
}

/**
 * Edits all of them, or none: returns the ids that may no longer be edited (upload begun, held by a worker, ended), and
 * then has written nothing. Their media and renditions must be locked before.
 */
export async function editPublications(
  tx: Tx,
  edits: readonly PublicationEdit[],
  detail: Prisma.InputJsonObject,
): Promise<string[]> {
  const ids = edits.map((edit) => edit.publicationId);
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select p.id from publications p
    where p.id = any(${ids}::uuid[]) and p.status in ('draft', 'preparing', 'scheduled', 'waiting')
      and (p.lease_until is null or p.lease_until < now()) and p.checkpoint is null and p.intent is null
    order by p.id for update`;
  const editable = new Set(rows.map((row) => row.id));
  const refused = ids.filter((id) => !editable.has(id));
  if (refused.length > 0) return refused;
  for (const edit of edits) await writeEdit(tx, edit, detail);
  return [];
}

async function writeEdit(tx: Tx, edit: PublicationEdit, detail: Prisma.InputJsonObject): Promise<void> {
  // Of a lost account: as long after the new due time as it would have been after the old one.
  await tx.$executeRaw`
    update publications p
    set give_up_at = greatest(${edit.dueAt}, a.state_changed_at) + (p.give_up_at - greatest(p.due_at, a.state_changed_at))
    from social_accounts a where p.id = ${edit.publicationId}::uuid and a.id = p.account_id and p.give_up_at is not null`;
  await writePublication(tx, edit.publicationId, {
    event: { type: "edited", becomes: edit.becomes },
    detail,
    change: {
      caption: edit.caption,
      options: edit.options,
      consent: edit.consent,
      consentDigest: edit.consentDigest,
      dueAt: edit.dueAt,
      nextInMs: edit.becomes === "preparing" ? null : Math.max(0, edit.dueInMs),
      waitReason: null,
      expel: true,
    },
  });
  await replacePublicationMedia(tx, { id: edit.publicationId, workspaceId: edit.workspaceId }, edit.media);
}
