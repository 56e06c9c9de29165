import type { PublicationStatus } from "@reelay/domain";
import type { Database, Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import { holdsOfPublication, movable, movableFrom } from "./movable.ts";

/** A claimed publication: what a worker needs to go on, read after the claim. */
export interface Claimed {
  readonly publicationId: string;
  readonly workspaceId: string;
  readonly postId: string;
  readonly accountId: string;
  readonly leaseToken: number;
  readonly version: number;
  readonly lane: "advance" | "check";
  readonly status: PublicationStatus;
  readonly platform: string;
  readonly type: string;
  readonly caption: string;
  readonly options: unknown;
  readonly sealedCheckpoint: string | null;
  readonly intent: unknown;
  readonly initCount: number;
  readonly claimsWithoutProgress: number;
  readonly retryCount: number;
  readonly failingForMs: number;
  readonly lateByMs: number;
  readonly latePolicy: unknown;
  readonly publishedForMs: number | null;
  readonly bytesSent: number;
  /** The webhook that the platform has not been asked about yet. */
  readonly wokenBy: string | null;
  readonly accountHandle: string | null;
  readonly uploadRate: number | null;
  readonly now: Date;
  /** A hold let this claim through to see whether the platform still means it. */
  readonly isProbe: boolean;
  readonly media: readonly {
    readonly storageKey: string;
    readonly sizeBytes: number;
    readonly contentType: string;
    readonly durationMs: number;
  }[];
}

/**
 * Takes the lease (and in lane `advance` the account's slot) when the publication may still move; else null and nothing
 * changed. Counts the claim, so that one that never saves a step is noticed.
 */
export async function claimPublication(
  database: Database,
  options: { publicationId: string; lane: "advance" | "check"; ownerId: string; leaseMs: number; probeEveryMs: number },
): Promise<Claimed | null> {
  try {
    return await database.asSystem(async (tx) => {
      const claimed = await takeLease(tx, options);
      if (!claimed) return null;
      const isProbe = await takeProbe(tx, options.publicationId, options.probeEveryMs);
      return { ...(await readClaimed(tx, options.publicationId)), isProbe };
    });
  } catch (error) {
    if (error instanceof ProbeTaken) return null;
    throw error;
  }
}

class ProbeTaken extends Error {}

async function takeLease(
  tx: Tx,
  options: { publicationId: string; lane: "advance" | "check"; ownerId: string; leaseMs: number },
): Promise<boolean> {
  const leaseUntil = Prisma.sql`now() + make_interval(secs => ${options.leaseMs}::float8 / 1000)`;
  const changed = await tx.$executeRaw`
    with candidate as (
      select p.id, p.account_id from ${movableFrom}
      where p.id = ${options.publicationId}::uuid and p.lane = ${options.lane} and ${movable}
      for update of p
    ),
    slot as (
      update social_accounts a set slot_publication_id = c.id, slot_until = ${leaseUntil}
      from candidate c
      where ${options.lane} = 'advance' and a.id = c.account_id and (a.slot_until is null or a.slot_until < now())
      returning a.id
    )
    update publications p set lease_token = p.lease_token + 1, lease_until = ${leaseUntil}, lease_owner = ${options.ownerId}::uuid,
      dispatched_until = null, claims_without_progress = p.claims_without_progress + 1
    from candidate c
    where p.id = c.id and (${options.lane} <> 'advance' or exists (select 1 from slot))`;
  return changed === 1;
}

/** A hold lets one claim an hour through, to see whether the platform still means it. Returns whether there was one. */
async function takeProbe(tx: Tx, publicationId: string, probeEveryMs: number): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ holds: number; taken: number }[]>`
    with concerned as (
      select h.id from platform_holds h, publications p where p.id = ${publicationId}::uuid and ${holdsOfPublication}
    ),
    taken as (
      update platform_holds h set next_probe_at = now() + make_interval(secs => ${probeEveryMs}::float8 / 1000)
      where h.id in (select id from concerned) and h.next_probe_at <= now() returning h.id
    )
    select (select count(*)::int from concerned) as holds, (select count(*)::int from taken) as taken`;
  if (row && row.taken < row.holds) throw new ProbeTaken();
  return row !== undefined && row.holds > 0;
}

async function readClaimed(tx: Tx, publicationId: string): Promise<Omit<Claimed, "isProbe">> {
  const [row] = await tx.$queryRaw<(Omit<Claimed, "media" | "bytesSent" | "isProbe"> & { bytesSent: bigint })[]>`
    select p.id as "publicationId", p.workspace_id as "workspaceId", p.post_id as "postId", p.account_id as "accountId",
      p.lease_token as "leaseToken", p.version, p.lane, p.status, p.platform, p.type, p.caption, p.options,
      p.checkpoint as "sealedCheckpoint", p.intent, p.init_count as "initCount",
      p.claims_without_progress as "claimsWithoutProgress", p.retry_count as "retryCount",
      coalesce(extract(epoch from now() - p.failing_since) * 1000, 0)::float8 as "failingForMs",
      (extract(epoch from now() - p.due_at) * 1000)::float8 as "lateByMs", o.late_policy as "latePolicy",
      (extract(epoch from now() - p.published_at) * 1000)::float8 as "publishedForMs",
      p.bytes_sent as "bytesSent", p.woken_by as "wokenBy", a.handle as "accountHandle", i.upload_rate as "uploadRate", now() as now
    from publications p join social_accounts a on a.id = p.account_id join posts o on o.id = p.post_id cross join installation i
    where p.id = ${publicationId}::uuid`;
  const media = await tx.$queryRaw<
    { storageKey: string; sizeBytes: bigint; contentType: string; durationMs: number }[]
  >`
    select r.storage_key as "storageKey", r.size_bytes as "sizeBytes", r.content_type as "contentType", r.duration_ms as "durationMs"
    from publication_media m join renditions r on r.id = m.rendition_id
    where m.publication_id = ${publicationId}::uuid and r.state = 'ready' order by m.position`;
  if (!row) throw new Error(`publication ${publicationId} vanished inside its claim`);
  return {
    ...row,
    bytesSent: Number(row.bytesSent),
    media: media.map((item) => ({ ...item, sizeBytes: Number(item.sizeBytes) })),
  };
}

/** Renews lease and, where held, slot by one statement; false when either is not ours any more or has run out. */
export async function renewLease(
  database: Database,
  lease: { publicationId: string; workspaceId: string; leaseToken: number; version: number; holdsSlot: boolean },
  leaseMs: number,
): Promise<boolean> {
  const until = Prisma.sql`now() + make_interval(secs => ${leaseMs}::float8 / 1000)`;
  return await database.inWorkspace(lease.workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<{ leases: number; slots: number }[]>`
      with held as (
        select p.id, p.account_id from publications p join social_accounts a on a.id = p.account_id
        where p.id = ${lease.publicationId}::uuid and p.lease_token = ${lease.leaseToken} and p.version = ${lease.version}
          and p.lease_until > now()
          and (not ${lease.holdsSlot} or (a.slot_publication_id = p.id and a.slot_until > now()))
        for update of p
      ),
      renewed as (update publications p set lease_until = ${until} from held where p.id = held.id returning p.id),
      slot as (
        update social_accounts a set slot_until = ${until} from held
        where ${lease.holdsSlot} and a.id = held.account_id and a.slot_publication_id = held.id returning a.id
      )
      select (select count(*)::int from renewed) as leases, (select count(*)::int from slot) as slots`;
    return row?.leases === 1 && (!lease.holdsSlot || row.slots === 1);
  });
}
