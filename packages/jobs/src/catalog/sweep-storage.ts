import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const sweepStorage = defineJob({
  name: "sweep-storage",
  payload: z.object({}),
  timeoutMs: 30 * 60_000,
  attempts: 1,
});
