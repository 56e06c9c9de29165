import { libraryFilter } from "@reelay/contract";
import type { LibraryQuery } from "@reelay/database";
import type { Request } from "express";
import { z } from "zod";
import { parseQuery } from "../middleware/parse.ts";
import { pageQuery } from "../page.ts";
import { decodeCursor } from "./library-cursor.ts";

const cursor = z.string().transform((value, context) => {
  const decoded = decodeCursor(value);
  if (decoded) return decoded;
  context.addIssue({ code: "custom", message: "is not a cursor of this list" });
  return z.NEVER;
});

const query = pageQuery.extend({ ...libraryFilter.shape, cursor: cursor.optional() }).superRefine((value, context) => {
  if (value.cursor && value.cursor.sort !== value.sort)
    context.addIssue({ code: "custom", path: ["cursor"], message: `is a cursor of the sort ${value.cursor.sort}` });
  if (value.from && value.to && value.from >= value.to)
    context.addIssue({ code: "custom", path: ["to"], message: "must be after from" });
});

/** What a caller wants to see of the library; refuses (`malformed_request`) each bad parameter by its name. */
export function libraryQuery(req: Request): LibraryQuery {
  const { cursor, q, includeDisappeared, ...rest } = parseQuery(req, query);
  return { ...rest, text: q?.trim(), includeDisappeared: includeDisappeared === "true", after: cursor?.position };
}
