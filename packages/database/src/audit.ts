import type { Tx } from "./connect.ts";
import type { Prisma } from "./generated/client.ts";
import { newId } from "./ids.ts";

export type AuditAction =
  | "account.connected"
  | "account.disconnect_requested"
  | "account.disconnected"
  | "account.paused"
  | "account.resumed"
  | "post.created"
  | "post.edited"
  | "post.canceled"
  | "publication.canceled"
  | "publication.retried"
  | "publication.resolved";

/** What somebody did in a workspace, for whoever asks later; never content, never a secret. */
export interface AuditEntry {
  readonly workspaceId: string;
  /** The person, the key, or a part of ours (`system`). */
  readonly actor: { readonly kind: string; readonly id: string };
  readonly action: AuditAction;
  /** Id of the account, post or publication it was done to. */
  readonly subject: string;
  readonly detail?: Prisma.InputJsonObject;
}

/** Adds to the audit log in the transaction of the change: both happen, or neither. Entries are never changed. */
export async function appendAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.$executeRaw`
    insert into audit_log (id, workspace_id, actor_kind, actor_id, action, subject, detail)
    values (${newId()}::uuid, ${entry.workspaceId}::uuid, ${entry.actor.kind}, ${entry.actor.id}, ${entry.action}, ${entry.subject},
      ${JSON.stringify(entry.detail ?? {})}::jsonb)`;
}
