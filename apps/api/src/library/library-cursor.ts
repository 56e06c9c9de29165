import type { LibraryPosition } from "@reelay/database";
import { librarySorts, type LibrarySort } from "@reelay/domain";
import { z } from "zod";
import { isId } from "../middleware/parse.ts";

const earliestMs = Date.parse("0000-01-01T00:00:00Z");
const latestMs = Date.parse("+010000-01-01T00:00:00Z");

const int64 = z.string().refine((digits) => {
  return /^-?\d{1,19}$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) === BigInt(digits);
});
const content = z
  .tuple([z.enum(librarySorts), int64, z.string().refine(isId)])
  .refine(([sort, key]) => isKey(sort, key));

/** Cursors name the sort they belong to: the same place in another order means nothing. */
export function encodeCursor(sort: LibrarySort, { key, id }: LibraryPosition): string {
  return Buffer.from(JSON.stringify([sort, key, id])).toString("base64url");
}

/** Null for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): { sort: LibrarySort; position: LibraryPosition } | null {
  const decoded = content.safeParse(parsed(Buffer.from(cursor, "base64url").toString("utf8")));
  if (!decoded.success) return null;
  const [sort, key, id] = decoded.data;
  return encodeCursor(sort, { key, id }) === cursor ? { sort, position: { key, id } } : null;
}

function isKey(sort: LibrarySort, key: string): boolean {
  const value = Number(key);
  return sort === "newest" || sort === "oldest" ? value >= earliestMs && value <= latestMs : value >= -1;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
