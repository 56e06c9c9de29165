import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const sweepDisconnecting = defineJob({
  name: "sweep-disconnecting",
  payload: z.object({}),
  timeoutMs: 60_000,
  attempts: 1,
});
