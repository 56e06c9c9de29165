import { z } from "zod";
import { defineJob } from "../define-job.ts";

export const sweepMedia = defineJob({ name: "sweep-media", payload: z.object({}), timeoutMs: 60_000, attempts: 1 });
