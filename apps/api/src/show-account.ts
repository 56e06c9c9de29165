import type { AccountView } from "@reelay/contract";
import type { AccountRow } from "@reelay/database";

export function showAccount(row: AccountRow): AccountView {
  return {
    id: row.id,
    platform: row.platform as AccountView["platform"],
    externalId: row.ownerExternalId,
    platformAccountId: row.externalId,
    handle: row.handle,
    displayName: row.displayName,
    avatarUrl: row.avatarUrl,
    scopes: [...row.scopes],
    state: row.state,
    stateCause: row.stateCause,
    stateChangedAt: row.stateChangedAt.toISOString(),
    paused: row.paused,
    createdAt: row.createdAt.toISOString(),
  };
}
