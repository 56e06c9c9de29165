import { z } from "zod";
import { isId } from "./middleware/parse.ts";

/** Query of a list: `cursor` is the `nextCursor` of the page before. */
export const pageQuery = z.strictObject({
  cursor: z.string().refine(isId, { error: "is not a cursor of this list" }).optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, { error: "must be a number from 1 to 100" })
    .transform(Number)
    .pipe(z.int().max(100))
    .default(20),
});

/** A page of at most `limit` of `rows`, which were asked for one more than that. */
export function pageOf<Row extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
