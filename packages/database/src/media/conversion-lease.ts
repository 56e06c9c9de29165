import type { Database } from "../connect.ts";
import {
  mediaColumns,
  mediaOf,
  renditionColumns,
  renditionOf,
  type MediaRow,
  type RawMedia,
  type RawRendition,
  type RenditionRow,
} from "./media-row.ts";
import { readRenditionInputs } from "./rendition-inputs.ts";
import { settlePublications } from "./settle-publications.ts";

export interface ConversionLease {
  readonly rendition: RenditionRow;
  readonly media: MediaRow;
  /** The other images of a slideshow, in order. */
  readonly others: readonly MediaRow[];
  readonly leaseToken: number;
  /** This one included; interruptions of ours are not counted. */
  readonly tries: number;
}

export interface ConversionResult {
  readonly storageKey: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Null for a photo. */
  readonly durationMs: number | null;
}

/** How work is given back to be tried again: whether this try counts, and how long nobody may take it. */
export interface GivenBack {
  readonly counts: boolean;
  readonly afterMs: number;
}

/** Takes the rendition for conversion; null when it needs none, or somebody holds it. Counts the try. */
export async function leaseConversion(
  database: Database,
  wish: { workspaceId: string; renditionId: string; leaseMs: number },
): Promise<ConversionLease | null> {
  return await database.inWorkspace(wish.workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<(RawRendition & { leaseToken: number; tries: number })[]>`
      update renditions r set state = 'converting', lease_token = r.lease_token + 1, tries = r.tries + 1, progress_percent = 0, time_left_ms = null,
        lease_until = now() + make_interval(secs => ${wish.leaseMs}::float8 / 1000), updated_at = now()
      where r.id = ${wish.renditionId}::uuid and r.state in ('queued', 'converting') and (r.lease_until is null or r.lease_until < now())
      returning ${renditionColumns}, r.lease_token as "leaseToken", r.tries`;
    if (!row) return null;
    const [media] = await tx.$queryRaw<
      RawMedia[]
    >`select ${mediaColumns} from media m where m.id = ${row.mediaId}::uuid`;
    if (!media) throw new Error(`media ${row.mediaId} of rendition ${row.id} is missing`);
    const { leaseToken, tries, ...rendition } = row;
    const others = await readRenditionInputs(tx, row.id);
    return { rendition: renditionOf(rendition), media: mediaOf(media), others, leaseToken, tries };
  });
}

/** Renews the lease and shows progress; false when it is not ours any more (canceled, or taken after it ran out). */
export async function renewConversion(
  database: Database,
  lease: ConversionLease,
  progress: { percent: number; timeLeftMs: number | null },
  leaseMs: number,
): Promise<boolean> {
  const renewed = await database.inWorkspace(
    lease.rendition.workspaceId,
    (tx) => tx.$executeRaw`
      update renditions set lease_until = now() + make_interval(secs => ${leaseMs}::float8 / 1000), progress_percent = ${progress.percent},
        time_left_ms = ${progress.timeLeftMs}
      where id = ${lease.rendition.id}::uuid and lease_token = ${lease.leaseToken} and state = 'converting' and lease_until > now()`,
  );
  return renewed === 1;
}

/** Ends a conversion well and moves on what waited for it. Returns how many publications may be due; null when the lease was lost. */
export async function finishConversion(
  database: Database,
  lease: ConversionLease,
  result: ConversionResult,
): Promise<{ due: number } | null> {
  return await database.inWorkspace(lease.rendition.workspaceId, async (tx) => {
    const done = await tx.$executeRaw`
      update renditions set state = 'ready', progress_percent = 100, time_left_ms = null, storage_key = ${result.storageKey}, content_type = ${result.contentType},
        size_bytes = ${result.sizeBytes}, sha256 = ${result.sha256}, duration_ms = ${result.durationMs}, failure = null, lease_until = null,
        updated_at = now()
      where id = ${lease.rendition.id}::uuid and lease_token = ${lease.leaseToken} and state = 'converting'`;
    if (done === 0) return null;
    return { due: await settlePublications(tx, lease.rendition.id, null) };
  });
}

/** Ends a conversion for good: it failed, and what waited for it fails at once. Nothing happens when the lease was lost. */
export async function failConversion(database: Database, lease: ConversionLease, failure: object): Promise<void> {
  await database.inWorkspace(lease.rendition.workspaceId, async (tx) => {
    const done = await tx.$executeRaw`
      update renditions set state = 'failed', failure = ${JSON.stringify(failure)}::jsonb, time_left_ms = null, lease_until = null, updated_at = now()
      where id = ${lease.rendition.id}::uuid and lease_token = ${lease.leaseToken} and state = 'converting'`;
    if (done === 1) await settlePublications(tx, lease.rendition.id, { code: "conversion_failed", cause: failure });
  });
}

/** Gives a conversion back to be tried again, by whoever takes it first. Nothing happens when the lease was lost. */
export async function giveBackConversion(database: Database, lease: ConversionLease, how: GivenBack): Promise<void> {
  await database.inWorkspace(
    lease.rendition.workspaceId,
    (tx) => tx.$executeRaw`
      update renditions set state = 'queued', progress_percent = 0, time_left_ms = null, tries = tries - ${how.counts ? 0 : 1},
        lease_until = now() + make_interval(secs => ${how.afterMs}::float8 / 1000), updated_at = now()
      where id = ${lease.rendition.id}::uuid and lease_token = ${lease.leaseToken} and state = 'converting'`,
  );
}
