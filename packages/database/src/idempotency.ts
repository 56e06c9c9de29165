import type { Database, Tx } from "./connect.ts";
import type { Prisma } from "./generated/client.ts";

export interface IdempotentRequest {
  readonly workspaceId: string;
  readonly key: string;
  /** Of the verb and the body: the same key with another hash is a mistake of the caller's. */
  readonly requestHash: string;
}

export type IdempotencyState =
  | { readonly state: "new" }
  | { readonly state: "answered"; readonly status: number; readonly body: unknown }
  | { readonly state: "running" }
  | { readonly state: "other_request" };

/** How long an answer is replayed. */
const keptFor = "48 hours";

/** What is known of a key, without taking it: lets a replay be answered before anything else is looked at. */
export async function findAnswer(database: Database, request: IdempotentRequest): Promise<IdempotencyState> {
  return await database.inWorkspace(request.workspaceId, (tx) => readKey(tx, request));
}

/**
 * Takes the key for this transaction: whoever else uses it meanwhile is told `running`. On `new` the caller does its work
 * and stores the answer with `storeAnswer` in the same transaction, so that key and work are committed together or not at all.
 */
export async function takeKey(tx: Tx, request: IdempotentRequest): Promise<IdempotencyState> {
  const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(${`idempotency ${request.workspaceId} ${request.key}`}, 0)) as taken`;
  if (!lock?.taken) return { state: "running" };
  return await readKey(tx, request);
}

/** Stores the answer of a key taken by `takeKey`; answers of this workspace that are past their time go. */
export async function storeAnswer(
  tx: Tx,
  request: IdempotentRequest,
  answer: { status: number; body: Prisma.InputJsonValue },
): Promise<void> {
  await tx.$executeRaw`
    delete from idempotency_keys where ctid in (
      select ctid from idempotency_keys where created_at < now() - ${keptFor}::interval
        and (workspace_id <> ${request.workspaceId}::uuid or key <> ${request.key}) limit 100 for update skip locked)`;
  await tx.$executeRaw`
    insert into idempotency_keys (workspace_id, key, request_hash, status, body)
    values (${request.workspaceId}::uuid, ${request.key}, ${request.requestHash}, ${answer.status}, ${JSON.stringify(answer.body)}::jsonb)
    on conflict (workspace_id, key) do update
    set request_hash = excluded.request_hash, status = excluded.status, body = excluded.body, created_at = now()`;
}

async function readKey(tx: Tx, request: IdempotentRequest): Promise<IdempotencyState> {
  const [row] = await tx.$queryRaw<{ requestHash: string; status: number; body: unknown }[]>`
    select request_hash as "requestHash", status, body from idempotency_keys
    where workspace_id = ${request.workspaceId}::uuid and key = ${request.key} and created_at >= now() - ${keptFor}::interval`;
  if (!row) return { state: "new" };
  if (row.requestHash !== request.requestHash) return { state: "other_request" };
  return { state: "answered", status: row.status, body: row.body };
}
