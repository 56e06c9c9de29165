import type { PublicationEvent, PublicationStatus } from "@reelay/domain";
import type { Database, Tx } from "../connect.ts";
import type { Prisma } from "../generated/client.ts";
import type { SealedPlace, Vault } from "../vault.ts";
import { matchEarlyWebhooks } from "../inbound-webhooks.ts";
import { appendJournal, type JournalKind } from "./journal.ts";
import { lockHandle } from "./wake.ts";
import { LeaseLost, writePublication, type PublicationChange } from "./write.ts";

/** A worker's hold on a publication. `version` moves with every event that the holder itself writes. */
export interface Lease {
  readonly publicationId: string;
  readonly workspaceId: string;
  readonly leaseToken: number;
  readonly version: number;
  readonly holdsSlot: boolean;
}

export interface LeasedWrite {
  readonly event?: PublicationEvent;
  readonly detail?: Prisma.InputJsonObject;
  readonly change: Omit<PublicationChange, "sealedCheckpoint">;
  /** The adapter's JSON; sealed before it is written. */
  readonly checkpoint?: unknown;
  readonly journal?: { kind: JournalKind; step: string; handle?: string | null; answer?: Prisma.InputJsonObject };
}

export interface PublicationSteps {
  /** Opens the sealed checkpoint; null when there is none. */
  openCheckpoint(claimed: { publicationId: string; workspaceId: string; sealedCheckpoint: string | null }): unknown;
  /** One fenced write (row, event, journal) in one transaction; returns the lease with its new version. Throws LeaseLost. */
  write(lease: Lease, write: LeasedWrite): Promise<Lease & { status: PublicationStatus }>;
  /** Bytes sent so far, for people to see; lost silently when the lease is not ours. */
  showProgress(lease: Lease, bytesSent: number): Promise<void>;
}

/** Everything a worker writes about a publication it has claimed. */
export function createPublicationSteps(deps: { database: Database; vault: Vault }): PublicationSteps {
  const { database, vault } = deps;
  const inWorkspace =
    (workspaceId: string): Database["asSystem"] =>
    (work) =>
      database.inWorkspace(workspaceId, work);
  return {
    openCheckpoint(claimed) {
      if (claimed.sealedCheckpoint === null) return null;
      return JSON.parse(vault.open(claimed.sealedCheckpoint, place(claimed)));
    },
    async write(lease, write) {
      const handle = write.change.platformHandle ?? null;
      // Webhooks belong to no workspace: whoever saves what they name must see all of them.
      const inRole = handle === null ? inWorkspace(lease.workspaceId) : database.asSystem;
      return await inRole(async (tx) => {
        if (handle !== null) await lockHandle(tx, handle);
        await assertLive(tx, lease);
        const sealed = sealCheckpoint(vault, lease, write.checkpoint);
        const after = await writePublication(tx, lease.publicationId, {
          fence: lease,
          ...(write.event && { event: write.event }),
          ...(write.detail && { detail: write.detail }),
          change: { ...write.change, ...(sealed !== undefined && { sealedCheckpoint: sealed }) },
        });
        if (handle !== null) await matchEarlyWebhooks(tx, lease.publicationId, handle);
        if (write.journal) await appendJournal(tx, { ...write.journal, ...lease });
        return { ...lease, version: after.version, status: after.status };
      });
    },
    async showProgress(lease, bytesSent) {
      await database.inWorkspace(
        lease.workspaceId,
        (tx) => tx.$executeRaw`
          update publications set bytes_sent = ${bytesSent} where id = ${lease.publicationId}::uuid
            and lease_token = ${lease.leaseToken} and version = ${lease.version}`,
      );
    },
  };
}

/** A lease that has run out is not ours even when nobody took it yet: another process may be about to. */
async function assertLive(tx: Tx, lease: Lease): Promise<void> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select id from publications where id = ${lease.publicationId}::uuid and lease_token = ${lease.leaseToken} and lease_until > now() for update`;
  if (rows.length === 0) throw new LeaseLost(lease.publicationId);
}

function sealCheckpoint(vault: Vault, lease: Lease, checkpoint: unknown): string | null | undefined {
  if (checkpoint === undefined) return undefined;
  return checkpoint === null ? null : vault.seal(JSON.stringify(checkpoint), place(lease));
}

function place(row: { publicationId: string; workspaceId: string }): SealedPlace {
  return { table: "publications", row: row.publicationId, column: "checkpoint", workspaceId: row.workspaceId };
}
