import { z } from "zod";
import { failureView } from "./media.ts";
import { utc } from "./text.ts";

export const syncRequest = z
  .strictObject({
    accountId: z.uuid().optional().meta({ description: "only this account; left out: all of the workspace" }),
  })
  .meta({ id: "SyncRequest" });
export type SyncRequest = z.output<typeof syncRequest>;

const counts = {
  done: z.boolean().meta({ description: "every account has ended, well or badly" }),
  cached: z.int().meta({ description: "posts met for the first time" }),
  updated: z.int().meta({ description: "posts that were known and were read again" }),
  failed: z.int().meta({ description: "accounts whose sync ended badly" }),
};

export const syncSummary = z
  .object({ syncId: z.uuid().nullable().meta({ description: "null when there is no account to sync" }), ...counts })
  .meta({ id: "SyncSummary" });
export type SyncSummary = z.output<typeof syncSummary>;

export const syncView = z
  .object({
    syncId: z.uuid(),
    ...counts,
    accounts: z.array(
      z.object({
        accountId: z.uuid(),
        state: z.enum(["waiting", "running", "done", "failed"]),
        cached: z.int(),
        updated: z.int(),
        nextAt: utc.nullable().meta({ description: "when it goes on, while it waits" }),
        failure: failureView.nullable(),
        startedAt: utc,
        finishedAt: utc.nullable(),
      }),
    ),
  })
  .meta({ id: "Sync" });
export type SyncView = z.output<typeof syncView>;

export const preferHeader = z.object({
  Prefer: z.string().optional().meta({ description: "`respond-async`: answer at once" }),
});
