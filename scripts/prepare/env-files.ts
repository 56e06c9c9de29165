import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Environment } from "@reelay/runtime";

/** `environment` completed by `.env.local`, then `.env`; what is already set wins. In production no file is read. */
export function withEnvFiles(root: string, environment: Environment): Environment {
  if (environment["NODE_ENV"] === "production") return environment;
  return { ...parseFile(join(root, ".env")), ...parseFile(join(root, ".env.local")), ...environment };
}

function parseFile(file: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(file, "utf8")) as Record<string, string | undefined>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
