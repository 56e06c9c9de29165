import { Failure } from "@reelay/domain";
import { z } from "zod";

const latePolicy = z.object({ action: z.enum(["publish", "fail", "ask"]), afterMs: z.number() });

/** Why a publication that is `lateByMs` late is not begun any more; null when it is: late is published late by default. */
export function latePolicyFailure(row: { lateByMs: number; latePolicy: unknown }): Failure | null {
  if (row.latePolicy === null || row.latePolicy === undefined) return null;
  const { action, afterMs } = latePolicy.parse(row.latePolicy);
  if (action === "publish" || row.lateByMs <= afterMs) return null;
  const internal = `${Math.round(row.lateByMs)} ms late, ${afterMs} allowed`;
  return new Failure(action === "fail" ? "too_late" : "late_decision_needed", { internal });
}
