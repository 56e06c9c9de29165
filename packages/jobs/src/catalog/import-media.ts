import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const importMedia = defineJob({
  name: "import-media",
  payload: z.object({ mediaId: z.uuid(), workspaceId: z.uuid() }),
  timeoutMs: 30 * 60_000,
});
