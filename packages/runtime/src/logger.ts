import pino from "pino";
import { redact } from "./redact.ts";

export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A logger whose every line carries `fields`. */
  with(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, unknown>>;
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "silent";

/** JSON lines on stdout (or `destination`); secrets are redacted wherever they stand, in keys, texts and errors. */
export function createLogger(options: {
  process: string;
  level: LogLevel;
  destination?: { write(line: string): void };
}): Logger {
  const base = pino(
    {
      level: options.level,
      base: { process: options.process },
      messageKey: "event",
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return wrap(base);
}

/** Says nothing: for tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silentLogger,
};

function wrap(base: pino.Logger): Logger {
  const at =
    (level: "debug" | "info" | "warn" | "error") =>
    (event: string, fields: LogFields = {}) => {
      if (base.isLevelEnabled(level)) base[level](redact(fields), String(redact(event)));
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => wrap(base.child(redact(fields) as pino.Bindings)),
  };
}
