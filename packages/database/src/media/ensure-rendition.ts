import type { Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";
import { newId } from "../ids.ts";
import { renditionColumns, renditionOf, type MediaRow, type RawRendition, type RenditionRow } from "./media-row.ts";
import { inputDigest, writeRenditionInputs } from "./rendition-inputs.ts";

/** What a probed media needs for a target: nothing, a conversion, or it cannot be done. */
export type RenditionDecision =
  | { readonly state: "ready"; readonly plan: object; readonly durationMs: number | null }
  | { readonly state: "queued"; readonly plan: object }
  | { readonly state: "failed"; readonly plan: object; readonly failure: object };

/** Decides from a stored probe; pure, given by the caller so that one rule serves the API and the worker. */
export type DecideRendition = (probe: unknown, target: string, options: unknown) => RenditionDecision;

export interface RenditionWish {
  readonly target: string;
  readonly options: object;
  readonly optionsDigest: string;
  /** The other images of a slideshow, in order; locked by the caller, like the first. */
  readonly others?: readonly MediaRow[];
}

/**
 * The rendition of a locked media for a target, locked too: found, made, or (failed and canceled ones) started anew.
 * `convert` says that the caller should enqueue its conversion after the commit; the sweep finds it otherwise.
 */
export async function ensureRendition(
  tx: Tx,
  media: MediaRow,
  wish: RenditionWish,
  decide: DecideRendition,
): Promise<{ rendition: RenditionRow; convert: boolean }> {
  const inputs = [media, ...(wish.others ?? [])];
  const added = newId();
  await tx.$executeRaw`
    insert into renditions (id, workspace_id, media_id, input_sha256, target, options, options_digest)
    values (${added}::uuid, ${media.workspaceId}::uuid, ${media.id}::uuid, ${digestOf(media, wish)}, ${wish.target},
      ${JSON.stringify(wish.options)}::jsonb, ${wish.optionsDigest})
    on conflict (workspace_id, input_sha256, target, options_digest) do update set last_used_at = now()`;
  const found = await lockRendition(tx, media, wish);
  if (inputs.some(({ state }) => state === "rejected")) {
    await tx.$executeRaw`
      update renditions set state = 'failed', failure = ${JSON.stringify({ code: "media_rejected" })}::jsonb, updated_at = now()
      where id = ${found.id}::uuid`;
    return { rendition: { ...found, state: "failed", failure: { code: "media_rejected" } }, convert: false };
  }
  const ended = found.state === "failed" || found.state === "canceled";
  if (ended) await restart(tx, media.id, found.id);
  if (wish.others && (ended || found.id === added)) await writeRenditionInputs(tx, found, wish.others);
  const waiting = ended || found.state === "waiting_for_probe";
  if (waiting && inputs.every(({ state }) => state === "ready"))
    await applyDecision(tx, media, found.id, decide(media.probe, wish.target, wish.options));
  const rendition = waiting ? await lockRendition(tx, media, wish) : found;
  return { rendition, convert: rendition.state === "queued" };
}

/** Writes a decision on a rendition that waits for it: an untouched file shares the bytes of its media. */
export async function applyDecision(
  tx: Tx,
  media: MediaRow,
  renditionId: string,
  decision: RenditionDecision,
): Promise<void> {
  const plan = Prisma.sql`${JSON.stringify(decision.plan)}::jsonb`;
  switch (decision.state) {
    case "ready":
      await tx.$executeRaw`
        update renditions set state = 'ready', plan = ${plan}, progress_percent = 100, storage_key = ${media.storageKey},
          content_type = ${media.contentType}, size_bytes = ${media.sizeBytes}, sha256 = ${media.sha256},
          duration_ms = ${decision.durationMs}, updated_at = now()
        where id = ${renditionId}::uuid`;
      return;
    case "queued":
      await tx.$executeRaw`update renditions set state = 'queued', plan = ${plan}, updated_at = now() where id = ${renditionId}::uuid`;
      return;
    case "failed":
      await tx.$executeRaw`
        update renditions set state = 'failed', plan = ${plan}, failure = ${JSON.stringify(decision.failure)}::jsonb, updated_at = now()
        where id = ${renditionId}::uuid`;
      return;
    default:
      decision satisfies never;
  }
}

async function lockRendition(tx: Tx, media: MediaRow, wish: RenditionWish): Promise<RenditionRow> {
  const [row] = await tx.$queryRaw<RawRendition[]>`
    select ${renditionColumns} from renditions r
    where r.workspace_id = ${media.workspaceId}::uuid and r.input_sha256 = ${digestOf(media, wish)} and r.target = ${wish.target}
      and r.options_digest = ${wish.optionsDigest} for update`;
  if (!row) throw new Error(`rendition of media ${media.id} vanished`);
  return renditionOf(row);
}

const digestOf = (media: MediaRow, wish: RenditionWish) => inputDigest(media, wish.others ?? []);

// The same bytes may have come again as another media after the first was rejected: the rendition follows them.
async function restart(tx: Tx, mediaId: string, renditionId: string): Promise<void> {
  await tx.$executeRaw`
    update renditions set state = 'waiting_for_probe', media_id = ${mediaId}::uuid, tries = 0, failure = null, progress_percent = 0, lease_until = null,
      lease_token = lease_token + 1, updated_at = now()
    where id = ${renditionId}::uuid`;
}
