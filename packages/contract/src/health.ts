import { z } from "zod";

export const liveness = z.object({ status: z.literal("ok") }).meta({ id: "Liveness" });

const check = z.object({ ok: z.boolean(), problem: z.string().optional() }).meta({ id: "Check" });
export const readiness = z
  .object({ status: z.enum(["ok", "degraded"]), checks: z.record(z.string(), check) })
  .meta({ id: "Readiness" });
export type Readiness = z.output<typeof readiness>;
