import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const checkPublication = defineJob({
  name: "check-publication",
  payload: z.object({ publicationId: z.uuid(), ticket: z.int() }),
  timeoutMs: 5 * 60_000,
  attempts: 1,
  fencedBy: "lease",
});
