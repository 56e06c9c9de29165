import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const disconnectAccount = defineJob({
  name: "disconnect-account",
  payload: z.object({ accountId: z.uuid() }),
  timeoutMs: 5 * 60_000,
  attempts: 1,
});
