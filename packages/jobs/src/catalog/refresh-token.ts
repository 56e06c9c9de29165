import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const refreshToken = defineJob({
  name: "refresh-token",
  payload: z.object({ accountId: z.uuid() }),
  timeoutMs: 2 * 60_000,
  attempts: 1,
});
