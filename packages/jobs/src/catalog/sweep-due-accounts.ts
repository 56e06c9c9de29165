import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const sweepDueAccounts = defineJob({
  name: "sweep-due-accounts",
  payload: z.object({}),
  timeoutMs: 5 * 60_000,
  attempts: 1,
});
