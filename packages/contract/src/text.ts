import { z } from "zod";

// NUL cannot be stored and half a surrogate pair is no character.
const unstorable = new RegExp("\\0|\\p{Surrogate}", "u");

/** Text of a request that can be stored as it is. */
export function text(limits: { min?: number; max: number }) {
  return z
    .string()
    .min(limits.min ?? 0)
    .max(limits.max)
    .refine((value) => !unstorable.test(value), { error: "must not hold NUL or half a surrogate pair" });
}

/** An id of ours in a request. What is no id exists nowhere: that is answered 404, so its form is not judged here. */
export const idText = z.string().min(1).max(100).meta({ description: "UUIDv7" });

/** RFC 3339 with a zone, to a Date. */
export const instant = z.iso
  .datetime({ offset: true, error: "must be an RFC 3339 time with a zone, as 2026-12-01T17:30:00Z" })
  .transform((value, context) => {
    const at = new Date(value);
    if (!Number.isNaN(at.getTime())) return at;
    context.addIssue({ code: "custom", message: "is not a time" });
    return z.NEVER;
  });

/** A time in an answer. */
export const utc = z.string().meta({ format: "date-time" });
