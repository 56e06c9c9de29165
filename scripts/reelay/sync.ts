import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { ApiClient } from "../api/api-client.ts";
import { exitCodes, type Call, type Command } from "./command.ts";
import { findAccount } from "./find-account.ts";
import { apiOptions, openApi } from "./open-api.ts";

const lookEveryMs = 1_000;
const syncShape = z.object({
  /** null: there is no account to sync. */
  syncId: z.string().nullable(),
  done: z.boolean(),
  cached: z.number(),
  updated: z.number(),
  failed: z.number(),
});
export type SyncCounts = z.infer<typeof syncShape>;

export const syncCommand: Command = {
  name: "sync",
  usage: "[--account ID|HANDLE] [--wait] [--json]",
  summary:
    "Reads videos and figures of the workspace's TikTok accounts, or of one. Safe to start from cron, as often as you like: " +
    "what is being synced is not begun again.",
  options: {
    account: { type: "string", value: "ID|HANDLE", says: "only this one" },
    wait: { type: "boolean", says: "until it is done, with the counts so far; without it, for half a minute at most" },
    json: { type: "boolean", says: "print the last counts as JSON" },
    ...apiOptions,
  },
  words: [0, 0],
  run: async (call) => {
    const api = openApi(call);
    const named = call.text("account");
    const accountId = named === undefined ? undefined : (await findAccount(api, named)).id;
    const begun = await api.call("/api/tiktok/sync-media", syncShape, {
      method: "POST",
      json: accountId === undefined ? {} : { accountId },
      respondAsync: call.flag("wait"),
    });
    const counts = call.flag("wait") ? await untilDone(call, api, begun) : begun;
    if (call.flag("json")) call.terminal.say(JSON.stringify(counts));
    else call.terminal.say(syncSentence(counts));
    return counts.failed > 0 ? exitCodes.wrong : exitCodes.done;
  },
};

async function untilDone(call: Call, api: ApiClient, begun: SyncCounts): Promise<SyncCounts> {
  let counts = begun;
  let told = "";
  while (!counts.done && counts.syncId !== null) {
    const line = countsOf(counts);
    // Elsewhere than on a terminal nobody reads what is written over.
    if (call.terminal.isTty && line !== told && !call.flag("json")) call.terminal.say(`syncing: ${line}`);
    told = line;
    await setTimeout(lookEveryMs, undefined, { signal: call.signal });
    counts = await api.call(`/api/sync/${counts.syncId}`, syncShape);
  }
  return counts;
}

/** What a sync came to, in a sentence. */
export function syncSentence(counts: SyncCounts): string {
  if (counts.syncId === null) return "There is no connected account to sync: connect one first.";
  if (!counts.done) return `The sync goes on (so far ${countsOf(counts)}): run it again to see more, or with --wait.`;
  const next = counts.failed === 0 ? "" : "; `npm run reelay -- accounts` says which need somebody";
  return `Synced: ${countsOf(counts)}${next}.`;
}

const countsOf = ({ cached, updated, failed }: SyncCounts) => `${cached} new, ${updated} updated, ${failed} failed`;
