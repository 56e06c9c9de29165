import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const convertMedia = defineJob({
  name: "convert-media",
  payload: z.object({ renditionId: z.uuid(), workspaceId: z.uuid() }),
  timeoutMs: 6 * 60 * 60_000,
});
