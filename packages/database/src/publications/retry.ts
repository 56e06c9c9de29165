import type { Tx } from "../connect.ts";
import type { Prisma } from "../generated/client.ts";
import { replacePublicationMedia, type PublicationMedia } from "../posts.ts";
import { writePublication } from "./write.ts";

export interface PublicationRetry {
  readonly publicationId: string;
  readonly workspaceId: string;
  readonly becomes: "preparing" | "scheduled" | "waiting";
  readonly dueAt: Date;
  readonly dueInMs: number;
  readonly media: readonly PublicationMedia[];
}

/**
 * Begins a failed publication anew, from the first step: `failed` says that nothing was published, so what the platform
 * gave for the old attempt is forgotten. False when it is not failed. Its media and renditions must be locked before.
 */
export async function retryPublication(
  tx: Tx,
  retry: PublicationRetry,
  detail: Prisma.InputJsonObject,
): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select id from publications where id = ${retry.publicationId}::uuid and status = 'failed' for update`;
  if (rows.length === 0) return false;
  await writePublication(tx, retry.publicationId, {
    event: { type: "retried", becomes: retry.becomes },
    detail,
    change: {
      lane: "advance",
      dueAt: retry.dueAt,
      nextInMs: retry.becomes === "preparing" ? null : Math.max(0, retry.dueInMs),
      waitReason: null,
      giveUpInMs: null,
      sealedCheckpoint: null,
      platformHandle: null,
      intent: null,
      initCount: 0,
      progressStep: null,
      bytesSent: 0,
      failure: null,
      progressed: true,
      refusals: "none",
      expel: true,
    },
  });
  await replacePublicationMedia(tx, { id: retry.publicationId, workspaceId: retry.workspaceId }, retry.media);
  return true;
}
