import { z } from "zod";
import { defineJob } from "../define-job.ts";

/** All covers of an account that are wanted; the rows say which. */
export const cacheMedia = defineJob({
  name: "cache-media",
  payload: z.object({ accountId: z.uuid(), workspaceId: z.uuid() }),
  timeoutMs: 10 * 60_000,
  attempts: 1,
});
