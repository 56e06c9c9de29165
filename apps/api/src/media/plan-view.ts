import type { PlanView } from "@reelay/contract";
import { conversionReasons, type ConversionReason } from "@reelay/domain";
import { z } from "zod";
import type { Language } from "../middleware/language.ts";

const storedPlan = z.looseObject({ kind: z.string(), reasons: z.array(z.string()) });

/** A stored plan with its reasons in words; null while nothing is decided. */
export function planView(stored: unknown, language: Language): PlanView | null {
  const parsed = storedPlan.safeParse(stored);
  if (!parsed.success) return null;
  const { kind, reasons, ...recipe } = parsed.data;
  return { kind, reasons: reasons.map((code) => ({ code, message: messageOf(code, language) })), ...recipe };
}

// A row written by another version may carry a reason that this one does not know.
function messageOf(code: string, language: Language): string {
  return Object.hasOwn(conversionReasons, code) ? conversionReasons[code as ConversionReason][language] : code;
}
