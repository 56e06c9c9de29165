import { Failure } from "@reelay/domain";
import { parseConfig, type Environment } from "@reelay/runtime";
import type { z } from "zod";

/** What a check has found: `good`, `bad` with what to do, or `open` when it could not look and nothing is wrong yet. */
export interface Finding {
  readonly check: string;
  readonly state: "good" | "bad" | "open";
  readonly says: string;
  readonly fix: string | null;
}

export const good = (check: string, says: string): Finding => ({ check, state: "good", says, fix: null });
export const bad = (check: string, says: string, fix: string): Finding => ({ check, state: "bad", says, fix });
export const open = (check: string, says: string): Finding => ({ check, state: "open", says, fix: null });

/** The settings by `schema`, or a finding for each that is missing or malformed. */
export function readSettings<Schema extends z.ZodObject>(
  check: string,
  schema: Schema,
  env: Environment,
): { readonly settings: Readonly<z.output<Schema>> } | { readonly findings: Finding[] } {
  try {
    return { settings: parseConfig(schema, env) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const problems = error.details.errors ?? [];
    return {
      findings: problems.map(({ path, message }) =>
        bad(check, `${path} ${message}`, `Set ${path} in .env.local or the environment; .env.example describes it.`),
      ),
    };
  }
}
