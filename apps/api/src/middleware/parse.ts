import { Failure, type FieldProblem } from "@reelay/domain";
import type { Request } from "express";
import type { z } from "zod";

/** The JSON body by `schema` (strict: unknown fields are refused). No body is `{}`; another content type is refused. */
export function parseBody<Schema extends z.ZodType>(req: Request, schema: Schema): z.output<Schema> {
  if (hasBody(req) && !req.is("application/json")) throw new Failure("unsupported_content_type");
  return parse(schema, req.body ?? {});
}

/** The query string by `schema`; every value arrives as text, repeated ones as a list. */
export function parseQuery<Schema extends z.ZodType>(req: Request, schema: Schema): z.output<Schema> {
  return parse(schema, { ...req.query });
}

/** An id of the path; what is not a UUID exists nowhere (`not_found`). */
export function parseId(req: Request, name = "id"): string {
  const id = req.params[name];
  if (typeof id !== "string" || !isId(id)) throw new Failure("not_found");
  return id.toLowerCase();
}

export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) && text.length === 36;
}

/** Refuses (`malformed_request`) with a problem per field. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Failure("malformed_request", { errors: parsed.error.issues.flatMap(fieldProblems) });
}

function fieldProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map(String);
  if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), code: issue.code, message: issue.message }];
  return issue.keys.map((key) => ({
    path: [...path, key].join("."),
    code: "unknown_field",
    message: "is not known here",
  }));
}

function hasBody(req: Request): boolean {
  return req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"] ?? 0) > 0;
}
