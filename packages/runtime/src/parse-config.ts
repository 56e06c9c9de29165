import { Failure, type FieldProblem } from "@reelay/domain";
import type { z } from "zod";
import { neededWith } from "./needed-with.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Parses environment variables by `schema` (keys are variable names) and returns a frozen result. Empty text counts as
 * missing. Throws `config_invalid` that names every problem at once; values are never quoted, they may be secrets.
 */
export function parseConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
): Readonly<z.output<Schema>> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, environment[name] === "" ? undefined : environment[name]]),
  );
  const parsed = schema.safeParse(given);
  const missing = missingWith(schema, given);
  if (parsed.success && missing.length === 0) return Object.freeze(parsed.data);
  const errors: FieldProblem[] = (parsed.error?.issues ?? []).map((issue) => {
    const path = issue.path.join(".");
    return { path, code: issue.code, message: given[path] === undefined ? "is required" : issue.message };
  });
  errors.push(...missing);
  const list = errors.map(({ path, message }) => `  ${path}: ${message}`).join("\n");
  throw new Failure("config_invalid", { internal: `The environment is incomplete or malformed:\n${list}`, errors });
}

/** What is missing because of the value of another variable. */
function missingWith(schema: z.ZodObject, given: Environment): FieldProblem[] {
  return Object.entries(schema.shape).flatMap(([path, field]): FieldProblem[] => {
    const rule = neededWith.get(field);
    if (rule === undefined || given[path] !== undefined) return [];
    const other = schema.shape[rule.name]?.safeParse(given[rule.name]);
    return other?.data === rule.value ? [{ path, code: "invalid_type", message: "is required" }] : [];
  });
}
