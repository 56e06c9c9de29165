import { formatSpan } from "../span.ts";
import { bad, good, type Finding } from "./finding.ts";

/** Judges how far another clock is ahead of ours (negative: behind). */
export function clockFinding(
  check: string,
  { aheadMs, toleranceMs, of }: { aheadMs: number; toleranceMs: number; of: string },
): Finding {
  if (Math.abs(aheadMs) <= toleranceMs) return good(check, `within ${formatSpan(toleranceMs)} of this machine`);
  const far = `${formatSpan(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"} this machine`;
  return bad(check, `the clock of ${of} is ${far}`, "Synchronise both clocks by NTP: `timedatectl set-ntp true`.");
}
