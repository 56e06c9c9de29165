import type { Tx } from "../connect.ts";
import type { Prisma } from "../generated/client.ts";
import { newId } from "../ids.ts";

export type JournalKind = "intent" | "answer" | "refused" | "in_doubt" | "verdict";

/** Appends to the journal: what was sent and what was answered, redacted, never changed afterwards. */
export async function appendJournal(
  tx: Tx,
  entry: {
    workspaceId: string;
    publicationId: string;
    leaseToken: number;
    kind: JournalKind;
    step: string;
    handle?: string | null;
    answer?: Prisma.InputJsonObject;
  },
): Promise<void> {
  await tx.publicationJournal.create({
    data: {
      id: newId(),
      workspaceId: entry.workspaceId,
      publicationId: entry.publicationId,
      leaseToken: entry.leaseToken,
      kind: entry.kind,
      step: entry.step,
      handle: entry.handle ?? null,
      answer: entry.answer ?? {},
    },
  });
}
