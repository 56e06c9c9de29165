import { z } from "zod";
import { defineJob } from "../define-job.ts";

/** The row knows what failed and when it is tried again. */
export const syncAccount = defineJob({
  name: "sync-account",
  payload: z.object({ runId: z.uuid(), workspaceId: z.uuid() }),
  timeoutMs: 10 * 60_000,
  attempts: 1,
});
