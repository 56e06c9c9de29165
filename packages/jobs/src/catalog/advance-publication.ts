import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const advancePublication = defineJob({
  name: "advance-publication",
  payload: z.object({ publicationId: z.uuid(), ticket: z.int() }),
  timeoutMs: 70 * 60_000,
  attempts: 1,
  fencedBy: "lease",
});
