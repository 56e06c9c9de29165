import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const probeMedia = defineJob({
  name: "probe-media",
  payload: z.object({ mediaId: z.uuid(), workspaceId: z.uuid() }),
  timeoutMs: 5 * 60_000,
});
