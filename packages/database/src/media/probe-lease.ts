import type { Database, Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import { applyDecision, type DecideRendition } from "./ensure-rendition.ts";
import { lockMedia } from "./media-library.ts";
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
import type { GivenBack } from "./conversion-lease.ts";
import { lockWaitingPublications, settlePublications } from "./settle-publications.ts";

/** Where small pictures of a media are kept; null where none could be made. */
export type MediaPictures = Pick<MediaRow, "posterStorageKey" | "thumbnailStorageKey">;

const noPictures: MediaPictures = { posterStorageKey: null, thumbnailStorageKey: null };

export interface ProbeLease {
  readonly media: MediaRow;
  readonly leaseToken: number;
  /** This one included; interruptions of ours are not counted. */
  readonly tries: number;
}

/** Takes the media for probing; null when it is not waiting for that, or somebody holds it. Counts the try. */
export async function leaseProbe(
  database: Database,
  wish: { workspaceId: string; mediaId: string; leaseMs: number },
): Promise<ProbeLease | null> {
  return await database.inWorkspace(wish.workspaceId, async (tx) => {
    const [row] = await tx.$queryRaw<(RawMedia & { leaseToken: number; tries: number })[]>`
      update media m set lease_token = m.lease_token + 1, tries = m.tries + 1,
        lease_until = now() + make_interval(secs => ${wish.leaseMs}::float8 / 1000)
      where m.id = ${wish.mediaId}::uuid and m.state = 'probing' and (m.lease_until is null or m.lease_until < now())
      returning ${mediaColumns}, m.lease_token as "leaseToken", m.tries`;
    if (!row) return null;
    const { leaseToken, tries, ...media } = row;
    return { media: mediaOf(media), leaseToken, tries };
  });
}

/** Renews the lease; false when it is not ours any more (deleted, or taken after it ran out). */
export async function renewProbe(database: Database, lease: ProbeLease, leaseMs: number): Promise<boolean> {
  const renewed = await database.inWorkspace(
    lease.media.workspaceId,
    (tx) => tx.$executeRaw`
      update media set lease_until = now() + make_interval(secs => ${leaseMs}::float8 / 1000)
      where id = ${lease.media.id}::uuid and lease_token = ${lease.leaseToken} and state = 'probing' and lease_until > now()`,
  );
  return renewed === 1;
}

/**
 * Ends a probe that found a usable file: the media is ready and every rendition that waited is decided, in one transaction.
 * Returns the renditions to convert and how many publications may be due; null when the lease was lost.
 */
export async function finishProbe(
  database: Database,
  lease: ProbeLease,
  probe: object,
  decide: DecideRendition,
  pictures: MediaPictures = noPictures,
): Promise<{ convert: string[]; due: number } | null> {
  const { id, workspaceId } = lease.media;
  return await database.inWorkspace(workspaceId, async (tx) => {
    await lockMedia(tx, [id]);
    const done = await tx.$executeRaw`
      update media set state = 'ready', probe = ${JSON.stringify(probe)}::jsonb, poster_storage_key = ${pictures.posterStorageKey},
        thumbnail_storage_key = ${pictures.thumbnailStorageKey}, lease_until = null, updated_at = now()
      where id = ${id}::uuid and state = 'probing' and lease_token = ${lease.leaseToken}`;
    if (done === 0) return null;
    const [media] = await lockMedia(tx, [id]);
    if (!media) return null;
    const waiting = await tx.$queryRaw<RawRendition[]>`
      select ${renditionColumns} from renditions r
      where ${madeOf(id)} and r.state = 'waiting_for_probe' order by r.id for update`;
    await lockWaitingPublications(
      tx,
      waiting.map((rendition) => rendition.id),
    );
    const convert: string[] = [];
    let due = 0;
    for (const rendition of waiting.map(renditionOf)) {
      // A new statement: of two images probed at once, whoever holds the rendition last sees both.
      const inputs = await inputsOf(tx, rendition);
      const [first] = inputs;
      if (!first || inputs.some(({ state }) => state !== "ready")) continue;
      const decision = decide(first.probe, rendition.target, rendition.options);
      await applyDecision(tx, first, rendition.id, decision);
      if (decision.state === "queued") convert.push(rendition.id);
      else
        due += await settlePublications(
          tx,
          rendition.id,
          decision.state === "failed" ? { code: "conversion_failed", cause: decision.failure } : null,
        );
    }
    return { convert, due };
  });
}

/** Renditions of a media, and slideshows that show it. */
const madeOf = (mediaId: string) => Prisma.sql`(r.media_id = ${mediaId}::uuid or r.id in (
  select i.rendition_id from rendition_inputs i where i.media_id = ${mediaId}::uuid))`;

async function inputsOf(tx: Tx, rendition: RenditionRow): Promise<MediaRow[]> {
  const rows = await tx.$queryRaw<
    RawMedia[]
  >`select ${mediaColumns} from media m where m.id = ${rendition.mediaId}::uuid`;
  return [...rows.map(mediaOf), ...(await readRenditionInputs(tx, rendition.id))];
}

/** Ends a probe of an unusable file: rejected, its renditions and publications failed. Returns the key whose bytes go; null when the lease was lost. */
export async function rejectMedia(
  database: Database,
  lease: ProbeLease,
  failure: object,
): Promise<{ storageKey: string | null } | null> {
  const { id, workspaceId } = lease.media;
  return await database.inWorkspace(workspaceId, async (tx) => {
    const [media] = await lockMedia(tx, [id]);
    const done = await tx.$executeRaw`
      update media set state = 'rejected', failure = ${JSON.stringify(failure)}::jsonb, storage_key = null, lease_until = null, updated_at = now()
      where id = ${id}::uuid and state = 'probing' and lease_token = ${lease.leaseToken}`;
    if (done === 0 || !media) return null;
    const lost = await tx.$queryRaw<{ id: string }[]>`
      update renditions r set state = 'failed', failure = ${JSON.stringify({ code: "media_rejected" })}::jsonb, updated_at = now()
      where ${madeOf(id)} and r.state in ('waiting_for_probe', 'queued', 'converting') returning r.id`;
    await lockWaitingPublications(
      tx,
      lost.map((rendition) => rendition.id),
    );
    for (const rendition of lost)
      await settlePublications(tx, rendition.id, { code: "media_rejected", cause: failure });
    return { storageKey: media.storageKey };
  });
}

/** Gives a probe back to be tried again, by whoever takes it first. Nothing happens when the lease was lost. */
export async function giveBackProbe(database: Database, lease: ProbeLease, how: GivenBack): Promise<void> {
  await database.inWorkspace(
    lease.media.workspaceId,
    (tx) => tx.$executeRaw`
      update media set tries = tries - ${how.counts ? 0 : 1}, lease_until = now() + make_interval(secs => ${how.afterMs}::float8 / 1000)
      where id = ${lease.media.id}::uuid and lease_token = ${lease.leaseToken} and state = 'probing'`,
  );
}
