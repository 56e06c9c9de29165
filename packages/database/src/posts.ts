import type { Tx } from "./connect.ts";
import { Prisma } from "./generated/client.ts";

export interface PostAccount {
  readonly id: string;
  readonly platform: string;
  readonly state: "connected" | "needs_reconnect" | "disconnecting" | "disconnected";
}

export interface PublicationMedia {
  readonly mediaId: string;
  readonly renditionId: string;
}

export interface NewPublication {
  readonly id: string;
  readonly accountId: string;
  readonly platform: string;
  readonly type: string;
  readonly caption: string;
  readonly options: object;
  readonly consent: object | null;
  readonly consentDigest: string | null;
  readonly dueAt: Date;
  readonly status: "preparing" | "scheduled" | "waiting";
  readonly media: readonly PublicationMedia[];
}

export interface NewPost {
  readonly id: string;
  readonly workspaceId: string;
  readonly caption: string;
  readonly scheduledAt: Date | null;
  readonly latePolicy: object | null;
  readonly createdBy: { readonly kind: string; readonly id: string };
  readonly mediaIds: readonly string[];
  readonly publications: readonly NewPublication[];
}

export interface PostRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly caption: string;
  readonly scheduledAt: Date | null;
  readonly latePolicy: unknown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly mediaIds: readonly string[];
}

/** Postgres time: the one clock by which due times are judged. */
export async function readNow(tx: Tx): Promise<Date> {
  const [row] = await tx.$queryRaw<{ now: Date }[]>`select date_trunc('milliseconds', now()) as now`;
  if (!row) throw new Error("Postgres told no time");
  return row.now;
}

/** The accounts a post is for; missing and foreign ids are left out. */
export async function readPostAccounts(tx: Tx, accountIds: readonly string[]): Promise<PostAccount[]> {
  return await tx.$queryRaw<PostAccount[]>`
    select id, platform, state from social_accounts where id = any(${[...accountIds]}::uuid[]) order by id`;
}

/**
 * Keeps the accounts from changing state until the transaction ends. To be called last: who claims a publication holds its
 * row while it waits for the account.
 */
export async function lockPostAccounts(tx: Tx, accountIds: readonly string[]): Promise<PostAccount[]> {
  return await tx.$queryRaw<PostAccount[]>`
    select id, platform, state from social_accounts where id = any(${[...accountIds]}::uuid[]) order by id for share`;
}

/** Stores a post, its targets and the first event of each (`seq` 1 = version 1). Its media and renditions must be locked. */
export async function insertPost(tx: Tx, post: NewPost): Promise<void> {
  await tx.$executeRaw`
    insert into posts (id, workspace_id, caption, scheduled_at, late_policy, created_by_kind, created_by_id)
    values (${post.id}::uuid, ${post.workspaceId}::uuid, ${post.caption}, ${post.scheduledAt}, ${json(post.latePolicy)},
      ${post.createdBy.kind}, ${post.createdBy.id})`;
  await replacePostMedia(tx, post, post.mediaIds);
  for (const publication of post.publications) await insertPublication(tx, post, publication);
}

async function insertPublication(tx: Tx, post: NewPost, publication: NewPublication): Promise<void> {
  const nextAt = {
    preparing: Prisma.sql`null`,
    scheduled: Prisma.sql`${publication.dueAt}`,
    waiting: Prisma.sql`now()`,
  };
  await tx.$executeRaw`
    insert into publications (id, workspace_id, post_id, account_id, platform, type, caption, options, consent, consent_digest, status, due_at, next_at)
    values (${publication.id}::uuid, ${post.workspaceId}::uuid, ${post.id}::uuid, ${publication.accountId}::uuid, ${publication.platform},
      ${publication.type}, ${publication.caption}, ${json(publication.options)}, ${json(publication.consent)}, ${publication.consentDigest},
      ${publication.status}, ${publication.dueAt}, ${nextAt[publication.status]})`;
  await replacePublicationMedia(tx, { id: publication.id, workspaceId: post.workspaceId }, publication.media);
  await tx.$executeRaw`
    insert into publication_events (publication_id, seq, workspace_id, type, detail)
    values (${publication.id}::uuid, 1, ${post.workspaceId}::uuid, 'accepted', ${json({ status: publication.status })})`;
}

/** Sets which media a post shows, in order. */
export async function replacePostMedia(
  tx: Tx,
  post: { id: string; workspaceId: string },
  mediaIds: readonly string[],
): Promise<void> {
  await tx.$executeRaw`delete from post_media where post_id = ${post.id}::uuid`;
  await tx.$executeRaw`
    insert into post_media (post_id, position, workspace_id, media_id)
    select ${post.id}::uuid, (place - 1)::int, ${post.workspaceId}::uuid, media_id
    from unnest(${[...mediaIds]}::uuid[]) with ordinality as m (media_id, place)`;
}

/** Sets which renditions a publication sends, in order. */
export async function replacePublicationMedia(
  tx: Tx,
  publication: { id: string; workspaceId: string },
  media: readonly PublicationMedia[],
): Promise<void> {
  await tx.$executeRaw`delete from publication_media where publication_id = ${publication.id}::uuid`;
  await tx.$executeRaw`
    insert into publication_media (publication_id, position, workspace_id, media_id, rendition_id)
    select ${publication.id}::uuid, (place - 1)::int, ${publication.workspaceId}::uuid, media_id, rendition_id
    from unnest(${media.map((item) => item.mediaId)}::uuid[], ${media.map((item) => item.renditionId)}::uuid[])
      with ordinality as m (media_id, rendition_id, place)`;
}

/** Changes the post's own columns; absent ones stay. */
export async function updatePost(
  tx: Tx,
  postId: string,
  change: { caption?: string; scheduledAt?: Date | null; latePolicy?: object | null },
): Promise<void> {
  const all = [Prisma.sql`updated_at = now()`];
  if (change.caption !== undefined) all.push(Prisma.sql`caption = ${change.caption}`);
  if (change.scheduledAt !== undefined) all.push(Prisma.sql`scheduled_at = ${change.scheduledAt}`);
  if (change.latePolicy !== undefined) all.push(Prisma.sql`late_policy = ${json(change.latePolicy)}`);
  await tx.$executeRaw`update posts set ${Prisma.join(all)} where id = ${postId}::uuid`;
}

/** One post, or null when it is not in this workspace. `lock` keeps two edits of it apart. */
export async function readPost(tx: Tx, postId: string, lock = false): Promise<PostRow | null> {
  const [row] = await tx.$queryRaw<PostRow[]>`
    select ${postColumns} from posts o where o.id = ${postId}::uuid ${lock ? Prisma.sql`for update` : Prisma.empty}`;
  return row ?? null;
}

/** Newest first; `beforeId` is the last id of the page before (ids are sorted by time). */
export async function listPosts(tx: Tx, page: { limit: number; beforeId?: string | undefined }): Promise<PostRow[]> {
  const before = page.beforeId === undefined ? Prisma.sql`true` : Prisma.sql`o.id < ${page.beforeId}::uuid`;
  return await tx.$queryRaw<
    PostRow[]
  >`select ${postColumns} from posts o where ${before} order by o.id desc limit ${page.limit}`;
}

const postColumns = Prisma.sql`o.id, o.workspace_id as "workspaceId", o.caption, o.scheduled_at as "scheduledAt",
  o.late_policy as "latePolicy", o.created_at as "createdAt", o.updated_at as "updatedAt",
  array(select m.media_id::text from post_media m where m.post_id = o.id order by m.position) as "mediaIds"`;

function json(value: object | null): Prisma.Sql {
  return value === null ? Prisma.sql`null` : Prisma.sql`${JSON.stringify(value)}::jsonb`;
}
