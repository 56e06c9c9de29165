import { describe, expect, test } from "@jest/globals";
import type { AccountHealth } from "@reelay/database";
import { accountColumns } from "./accounts.ts";
import { queueColumns, type QueueLine } from "./queues.ts";
import { formatTable } from "./table.ts";

const account: AccountHealth = {
  id: "019ab000-0000-7000-8000-000000000001",
  workspaceId: "019ab000-0000-7000-8000-0000000000aa",
  workspaceName: "My workspace",
  platform: "tiktok",
  handle: "ada.creator",
  state: "needs_reconnect",
  stateCause: "token_revoked",
  paused: false,
  accessExpiresInMs: -7_200_000,
  refreshExpiresInMs: 31_449_600_000,
  syncedAgoMs: null,
};
const other: AccountHealth = {
  ...account,
  workspaceId: "019ab000-0000-7000-8000-0000000000bb",
  workspaceName: "Client B",
  handle: null,
  state: "connected",
  stateCause: null,
  paused: true,
  accessExpiresInMs: 82_800_000,
  syncedAgoMs: 200_000,
};
const queue: QueueLine = {
  name: "sweep-expiring-grants",
  waiting: 12_345,
  active: 8,
  delayed: 0,
  failed: 3,
  paused: false,
  oldestWaitingMs: 5_400_000,
  workers: 2,
  places: 16,
};

describe("accounts", () => {
  test("at 120 columns each has everything, its id too", () => {
    expect(formatTable(accountColumns([account]), [account], 120)).toEqual([
      "handle        platform  state            cause          access   refresh   synced  id",
      "@ada.creator  tiktok    needs reconnect  token revoked  2 h ago  in 364 d  never   019ab000-0000-7000-8000-000000000001",
    ]);
  });

  test("at 80 columns what can be looked up elsewhere goes first, and state, cause and expiries stay", () => {
    expect(formatTable(accountColumns([account]), [account], 80)).toEqual([
      "handle        state            cause          access   refresh   synced",
      "@ada.creator  needs reconnect  token revoked  2 h ago  in 364 d  never",
    ]);
    const both = [account, other];
    const lines = formatTable(accountColumns(both), both, 80);
    expect(lines[2]).toMatch(/^\? +connected, paused +in 23 h +in 364 d +3 min ago$/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test("workspaces are named only where there are several", () => {
    expect(formatTable(accountColumns([account]), [account], 200)[0]).not.toContain("workspace");
    expect(formatTable(accountColumns([account, other]), [account, other], 200)[1]).toContain("My workspace");
  });
});

test("figures of queues stand below each other, within 80 columns", () => {
  const idle = { ...queue, name: "probe-media", waiting: 0, oldestWaitingMs: null, paused: true };
  expect(formatTable(queueColumns, [queue, idle], 80)).toEqual([
    "queue                  waiting  oldest  active  delayed  failed  workers  places",
    "sweep-expiring-grants    12345  90 min       8        0       3        2      16",
    "probe-media (paused)         0               8        0       3        2      16",
  ]);
});

test("a line that cannot be shortened by leaving columns out is cut and says so", () => {
  const column = { title: "name", cell: () => "a name that is far too long" };
  expect(formatTable([column], [{}], 10)).toEqual(["name", "a name th…"]);
});
