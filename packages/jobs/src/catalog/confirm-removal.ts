import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const confirmRemoval = defineJob({
  name: "confirm-removal",
  payload: z.object({ webhookId: z.uuid() }),
  timeoutMs: 2 * 60_000,
});
