import type { Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";

const handleLock = 7_205_404;

/**
 * What a webhook may wake, publication p: whatever the platform has a part of and can be asked about. A published one
 * keeps its checkpoint while its address is not known; without one it is never claimed again.
 */
export const wakeable = Prisma.sql`
  p.checkpoint is not null and (
    p.status = 'uploading' or (p.lane = 'check' and p.status in ('processing', 'needs_review', 'published', 'delivered')))`;

/** Of those, what is asked about at once: in lane `advance` a wake would cut a wait short, so it is only remembered. */
export const wakesNow = Prisma.sql`p.lane = 'check'`;

/**
 * Serialises the arrival of a webhook with the saving of the handle that it names: whoever comes second sees the other.
 * Before any row is locked, or the two would wait for each other.
 */
export async function lockHandle(tx: Tx, handle: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${handleLock}::int, hashtext(${handle}))`;
}

/** After a worker has given the publication back: a webhook that came meanwhile moves its next time to now. */
export async function wakeAfterRelease(tx: Tx, publicationId: string): Promise<void> {
  await tx.$executeRaw`
    update publications p set next_at = least(p.next_at, now())
    where p.id = ${publicationId}::uuid and ${wakeable} and ${wakesNow}`;
}
