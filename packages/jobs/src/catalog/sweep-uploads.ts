import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const sweepUploads = defineJob({
  name: "sweep-uploads",
  payload: z.object({}),
  timeoutMs: 15 * 60_000,
  attempts: 1,
});
