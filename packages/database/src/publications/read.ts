import type { PublicationStatus, WaitReason } from "@reelay/domain";
import type { Tx } from "../connect.ts";
import { Prisma } from "../generated/client.ts";

/** A publication as people see it; the checkpoint stays sealed and inside. */
export interface PublicationRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly postId: string;
  readonly accountId: string;
  readonly accountState: string;
  readonly platform: string;
  readonly type: string;
  readonly caption: string;
  readonly options: unknown;
  readonly consent: unknown;
  readonly consentDigest: string | null;
  readonly status: PublicationStatus;
  readonly version: number;
  readonly dueAt: Date;
  readonly waitUntil: Date | null;
  readonly waitReason: WaitReason | null;
  readonly leased: boolean;
  readonly hasCheckpoint: boolean;
  readonly hasIntent: boolean;
  readonly progressStep: string | null;
  readonly bytesSent: number;
  readonly bytesTotal: number | null;
  readonly conversionPercent: number | null;
  readonly platformPostId: string | null;
  readonly permalink: string | null;
  readonly publishedAt: Date | null;
  readonly failure: unknown;
  readonly createdAt: Date;
  readonly mediaIds: readonly string[];
}

type Raw = Omit<PublicationRow, "bytesSent" | "bytesTotal"> & { bytesSent: bigint; bytesTotal: bigint | null };

/** Publications of this workspace by their ids or their posts', in the order of their making; or the `latest` ones, newest first. */
export async function readPublications(
  tx: Tx,
  wanted: { ids: readonly string[] } | { postIds: readonly string[] } | { latest: number },
): Promise<PublicationRow[]> {
  const rows = await tx.$queryRaw<Raw[]>`select ${columns} from ${tables} where ${condition(wanted)}`;
  return rows.map((row) => ({
    ...row,
    bytesSent: Number(row.bytesSent),
    bytesTotal: row.bytesTotal === null ? null : Number(row.bytesTotal),
  }));
}

function condition(
  wanted: { ids: readonly string[] } | { postIds: readonly string[] } | { latest: number },
): Prisma.Sql {
  if ("ids" in wanted) return Prisma.sql`p.id = any(${[...wanted.ids]}::uuid[]) order by p.id`;
  if ("postIds" in wanted) return Prisma.sql`p.post_id = any(${[...wanted.postIds]}::uuid[]) order by p.id`;
  return Prisma.sql`true order by p.created_at desc, p.id desc limit ${wanted.latest}`;
}

const tables = Prisma.sql`publications p join social_accounts a on a.id = p.account_id
  join workspaces w on w.id = p.workspace_id cross join installation i`;

// What holds a due row without anybody having written so into it: nothing claims it meanwhile.
const stuck = Prisma.sql`case
  when p.status not in ('scheduled', 'waiting', 'uploading') or p.next_at > now() or p.lease_until > now() then null
  when a.state = 'needs_reconnect' then 'account_needs_reconnect'
  when i.paused or w.paused or a.paused then 'paused' end`;

const columns = Prisma.sql`p.id, p.workspace_id as "workspaceId", p.post_id as "postId", p.account_id as "accountId", a.state as "accountState",
  p.platform, p.type, p.caption, p.options, p.consent, p.consent_digest as "consentDigest", p.status, p.version, p.due_at as "dueAt",
  coalesce(${stuck}, p.wait_reason) as "waitReason",
  case ${stuck} when 'account_needs_reconnect' then p.give_up_at when 'paused' then null
    else case when p.wait_reason is not null then p.next_at end end as "waitUntil",
  coalesce(p.lease_until > now(), false) as leased, p.checkpoint is not null as "hasCheckpoint", p.intent is not null as "hasIntent",
  p.progress_step as "progressStep", p.bytes_sent as "bytesSent", p.bytes_total as "bytesTotal",
  (select min(r.progress_percent) from publication_media m join renditions r on r.id = m.rendition_id
    where m.publication_id = p.id) as "conversionPercent",
  p.platform_post_id as "platformPostId", p.permalink, p.published_at as "publishedAt", p.failure, p.created_at as "createdAt",
  array(select m.media_id::text from publication_media m where m.publication_id = p.id order by m.position) as "mediaIds"`;
