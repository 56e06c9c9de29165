import type { Tx } from "../connect.ts";
import type { Prisma } from "../generated/client.ts";
import { writePublication } from "./write.ts";

/**
 * Cancels a publication while nothing irrevocable was begun, and takes the lease from whoever works on it, so that its next
 * write fails. `refused`: it is being published, in review, or has ended otherwise. `already`: it was canceled before.
 */
export async function cancelPublication(
  tx: Tx,
  publicationId: string,
  detail: Prisma.InputJsonObject,
): Promise<"canceled" | "already" | "refused"> {
  const [row] = await tx.$queryRaw<{ status: string }[]>`
    select status from publications
    where id = ${publicationId}::uuid
      and (status = 'canceled' or (intent is null and status in ('draft', 'preparing', 'scheduled', 'waiting', 'uploading')))
    for update`;
  if (!row) return "refused";
  if (row.status === "canceled") return "already";
  await writePublication(tx, publicationId, {
    event: { type: "canceled" },
    detail,
    change: { nextInMs: null, waitReason: null, giveUpInMs: null, sealedCheckpoint: null, expel: true },
  });
  return "canceled";
}
