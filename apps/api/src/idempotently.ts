import {
  findAnswer,
  storeAnswer,
  takeKey,
  type IdempotencyState,
  type IdempotentRequest,
  type Tx,
} from "@reelay/database";
import { Failure } from "@reelay/domain";
import { digestOf, type Wakeups } from "@reelay/flows";
import type { Request, Response } from "express";
import type { ApiDeps } from "./deps.ts";
import { principalOf } from "./middleware/authenticate.ts";
import { sendWakeups } from "./send-wakeups.ts";

export interface Write {
  /** The verb and, where it has one, the id it is about: a key is good for one of them. */
  readonly operation: string;
  readonly body: unknown;
  /** What must be asked outside before; no transaction is open meanwhile. */
  readonly prepare?: () => Promise<void>;
  readonly work: (tx: Tx) => Promise<{ status: number; answer: object; wakeups?: Wakeups }>;
}

/**
 * Runs a write in one transaction together with its `Idempotency-Key` and answers. Only what was done is remembered: a
 * refusal changed nothing, so the same key may carry the corrected request.
 */
export async function idempotently(deps: ApiDeps, req: Request, res: Response, write: Write): Promise<void> {
  const { workspaceId } = principalOf(req);
  const key = keyOf(req);
  const request = key === null ? null : { workspaceId, key, requestHash: digestOf([write.operation, write.body]) };
  const known = request && replayOf(await findAnswer(deps.database, request));
  if (known) return send(res, known, true);
  await write.prepare?.();
  const done = await deps.database.inWorkspace(workspaceId, (tx) => workOnce(tx, request, write));
  if (done.wakeups) sendWakeups(deps, workspaceId, done.wakeups);
  send(res, done, done.replayed);
}

async function workOnce(tx: Tx, request: IdempotentRequest | null, write: Write) {
  const replay = request && replayOf(await takeKey(tx, request));
  if (replay) return { ...replay, wakeups: undefined, replayed: true };
  const { status, answer, wakeups } = await write.work(tx);
  if (request) await storeAnswer(tx, request, { status, body: JSON.parse(JSON.stringify(answer)) });
  return { status, answer, wakeups, replayed: false };
}

function replayOf(known: IdempotencyState): { status: number; answer: unknown } | null {
  switch (known.state) {
    case "new":
      return null;
    case "answered":
      return { status: known.status, answer: known.body };
    case "running":
      throw new Failure("idempotency_in_progress", { retryAfterMs: 1_000 });
    case "other_request":
      throw new Failure("idempotency_key_reused");
    default:
      return known satisfies never;
  }
}

function keyOf(req: Request): string | null {
  const key = req.get("idempotency-key");
  if (key === undefined) return null;
  if (/^[\x20-\x7e]{1,255}$/.test(key)) return key;
  const message = "must be 1 to 255 printable ASCII characters";
  throw new Failure("malformed_request", { errors: [{ path: "Idempotency-Key", code: "invalid_header", message }] });
}

function send(res: Response, done: { status: number; answer: unknown }, replayed: boolean): void {
  if (replayed) res.setHeader("Idempotent-Replayed", "true");
  res.status(done.status).json(done.answer);
}
