import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const sweepRetention = defineJob({
  name: "sweep-retention",
  payload: z.object({}),
  timeoutMs: 30 * 60_000,
  attempts: 1,
});
