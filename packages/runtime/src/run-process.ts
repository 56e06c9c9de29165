import { Failure } from "@reelay/domain";
import { createLogger, type LogLevel, type Logger } from "./logger.ts";
import type { Environment } from "./parse-config.ts";
import { redact } from "./redact.ts";
import { untilStopped, type Running } from "./until-stopped.ts";

export interface Program<Config extends { readonly LOG_LEVEL: LogLevel }> {
  readonly name: string;
  readonly env: Environment;
  readonly parseConfig: (env: Environment) => Config;
  readonly start: (config: Config, given: { logger: Logger }) => Promise<Running>;
}

/**
 * The life of a process: settings, start, work until SIGINT or SIGTERM, end. What keeps it from starting ends it with 1: a
 * Failure in its own words on stderr, anything else with where it came from.
 */
export async function runProcess<Config extends { readonly LOG_LEVEL: LogLevel }>(
  program: Program<Config>,
): Promise<never> {
  let whatFails = "cannot start";
  try {
    const config = program.parseConfig(program.env);
    const logger = createLogger({ process: program.name, level: config.LOG_LEVEL });
    const running = await program.start(config, { logger });
    whatFails = "cannot stop in order";
    await untilStopped(running, logger);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${program.name} ${whatFails}. ${redact(reasonOf(error))}\n`);
    process.exit(1);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Failure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
