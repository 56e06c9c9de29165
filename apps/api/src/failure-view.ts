import type { FailureView } from "@reelay/contract";
import { failures, hintOf, type FailureCode } from "@reelay/domain";
import { z } from "zod";
import type { Language } from "./middleware/language.ts";

const storedFailure = z.object({
  code: z.string(),
  platformCode: z.string().nullish(),
  platformLogId: z.string().nullish(),
  cause: z.unknown().optional(),
});

/** A stored failure as the caller sees it; its cause speaks when the outer code only says that something else failed. */
export function failureView(stored: unknown, language: Language, retryable: boolean): FailureView | null {
  const parsed = storedFailure.safeParse(stored);
  if (!parsed.success) return null;
  const code = knownCode(parsed.data.code);
  const cause = storedFailure.safeParse(parsed.data.cause);
  const because =
    cause.success && cause.data.code !== code ? failures[knownCode(cause.data.code)].public[language] : null;
  return {
    code,
    who: failures[code].who,
    message: failures[code].public[language],
    hint: because ?? hintOf(code, language),
    platformCode: parsed.data.platformCode ?? null,
    platformLogId: parsed.data.platformLogId ?? null,
    retryable,
  };
}

// A row written by a later version may carry a code that this one does not know.
function knownCode(code: string): FailureCode {
  return Object.hasOwn(failures, code) ? (code as FailureCode) : "internal";
}
