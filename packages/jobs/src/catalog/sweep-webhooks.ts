import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const sweepWebhooks = defineJob({
  name: "sweep-webhooks",
  payload: z.object({}),
  timeoutMs: 60_000,
  attempts: 1,
});
