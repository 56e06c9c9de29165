import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const sweepExpiringGrants = defineJob({
  name: "sweep-expiring-grants",
  payload: z.object({}),
  timeoutMs: 10 * 60_000,
  attempts: 1,
});
