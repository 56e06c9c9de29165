import { listAccountHealth, type AccountHealth } from "@reelay/database";
import { exitCodes, type Call, type Command } from "./command.ts";
import { withDatabase } from "./open-installation.ts";
import { misused } from "./parse-call.ts";
import { formatAgo, formatExpiry } from "./span.ts";
import { formatTable, type Column } from "./table.ts";

const defaultLimit = 200;
const maxLimit = 10_000;

export const accountsCommand: Command = {
  name: "accounts",
  usage: "[--workspace ID|NAME] [--limit N] [--json]",
  summary:
    "Lists the connected accounts: state, how long their tokens live, last sync. Those that need somebody come first.",
  options: {
    workspace: { type: "string", value: "ID|NAME", says: "only those of this workspace" },
    limit: { type: "string", value: "N", says: `at most so many, ${defaultLimit} when not given` },
    json: { type: "boolean", says: "print them as JSON" },
  },
  words: [0, 0],
  run: async (call) => {
    const limit = limitOf(call);
    const workspace = call.text("workspace");
    const found = await withDatabase(call, (database) => listAccountHealth(database, { limit: limit + 1, workspace }));
    const accounts = found.slice(0, limit);
    const more = found.length > limit;
    if (call.flag("json")) call.terminal.say(JSON.stringify({ accounts, more }));
    else show(call, accounts, more);
    return exitCodes.done;
  },
};

function show({ terminal }: Call, accounts: readonly AccountHealth[], more: boolean): void {
  if (accounts.length === 0) {
    terminal.say("No account is connected here.");
    return;
  }
  for (const line of formatTable(accountColumns(accounts), accounts, terminal.width)) terminal.say(line);
  if (more) terminal.warn(`There are more than ${accounts.length}: --limit shows more, --workspace fewer.`);
}

export function accountColumns(accounts: readonly AccountHealth[]): Column<AccountHealth>[] {
  const hasWorkspaces = new Set(accounts.map(({ workspaceId }) => workspaceId)).size > 1;
  const columns: Column<AccountHealth>[] = [
    { title: "handle", cell: ({ handle }) => (handle === null ? "?" : `@${handle}`) },
    { title: "platform", cell: ({ platform }) => platform, goes: 2 },
    { title: "state", cell: ({ state, paused }) => state.replaceAll("_", " ") + (paused ? ", paused" : "") },
    { title: "cause", cell: ({ stateCause }) => (stateCause ?? "").replaceAll("_", " ") },
    { title: "access", cell: (account) => formatExpiry(account.accessExpiresInMs) },
    { title: "refresh", cell: (account) => formatExpiry(account.refreshExpiresInMs) },
    { title: "synced", cell: (account) => formatAgo(account.syncedAgoMs), goes: 1 },
    { title: "workspace", cell: ({ workspaceName }) => workspaceName, goes: 3 },
    { title: "id", cell: ({ id }) => id, goes: 4 },
  ];
  return columns.filter(({ title }) => title !== "workspace" || hasWorkspaces);
}

function limitOf(call: Call): number {
  const limit = Number(call.text("limit") ?? defaultLimit);
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return limit;
  throw misused(accountsCommand, `--limit must be a number from 1 to ${maxLimit}`);
}
