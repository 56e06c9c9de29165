import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import type { Database } from "@reelay/database";
import { createLogger, parseConfig, processConfig, type Environment, type Logger, type Running } from "@reelay/runtime";
import { startChild, type Child } from "../prepare/child.ts";
import { nodeProgram } from "../prepare/node-program.ts";

export interface RunningApp extends Running {
  /** Of the API, on the very first start. */
  readonly firstLogin?: FirstLogin | null;
}

export interface FirstLogin {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

/** What the apps of one process use together. */
export interface Shared {
  readonly database: Database;
}

type Begin = (env: Environment, given: Shared & { logger: Logger }) => Promise<RunningApp>;

interface App {
  readonly file: string;
  /** Its module; loading takes longer than anything else at a start, so it begins before the app can run. */
  load(): Promise<Begin>;
}

const apps = {
  api: {
    file: "apps/api/src/main.ts",
    load: async () => {
      const { parseConfig, start } = await import("@reelay/api");
      return (env, given) => start(parseConfig(env), given);
    },
  },
  dashboard: {
    file: "apps/dashboard/src/main.ts",
    load: async () => {
      const { parseConfig, start } = await import("@reelay/dashboard");
      return (env, given) => start(parseConfig(env), given);
    },
  },
  "worker-publish": {
    file: "apps/workers/publish/src/main.ts",
    load: async () => {
      const { parseConfig, start } = await import("@reelay/worker-publish");
      return (env, given) => start(parseConfig(env), given);
    },
  },
  "worker-token-refresh": {
    file: "apps/workers/token-refresh/src/main.ts",
    load: async () => {
      const { parseConfig, start } = await import("@reelay/worker-token-refresh");
      return (env, given) => start(parseConfig(env), given);
    },
  },
  "worker-media-sync": {
    file: "apps/workers/media-sync/src/main.ts",
    load: async () => {
      const { parseConfig, start } = await import("@reelay/worker-media-sync");
      return (env, given) => start(parseConfig(env), given);
    },
  },
  "worker-video-conversion": {
    file: "apps/workers/video-conversion/src/main.ts",
    load: async () => {
      const { parseConfig, start } = await import("@reelay/worker-video-conversion");
      return (env, given) => start(parseConfig(env), given);
    },
  },
} as const satisfies Record<string, App>;

export type AppName = keyof typeof apps;
export const appNames = Object.keys(apps) as AppName[];

/** Begins to load every app's code; what fails here fails again, and is told, when the app is started. */
export async function loadApps(): Promise<void> {
  await Promise.allSettled(appNames.map((name) => apps[name].load()));
}

/** Starts `name` inside this process. Its log goes to `logFile`, its errors to `onError` also. */
export async function startInProcess(
  name: AppName,
  env: Environment,
  shared: Shared,
  logFile: string,
  onError: (line: string) => void,
): Promise<RunningApp> {
  const log = createWriteStream(logFile, { flags: "a", mode: 0o600 });
  const logger = createLogger({
    process: name,
    level: parseConfig(processConfig, env).LOG_LEVEL,
    destination: splitErrors(log, onError),
  });
  const begin: Begin = await apps[name].load();
  const running = await begin(env, { ...shared, logger });
  return {
    ...running,
    stop: async () => {
      await running.stop();
      await new Promise<void>((resolve) => log.end(resolve));
    },
  };
}

function splitErrors(log: WriteStream, onError: (line: string) => void): { write(line: string): void } {
  return {
    write: (line) => {
      log.write(line);
      if (/"level":(50|60)/.test(line)) onError(line.trimEnd());
    },
  };
}

/** Starts `name` as a process of its own. */
export async function startAsProcess(
  name: AppName,
  root: string,
  env: Environment,
  logDirectory: string,
): Promise<Child> {
  return await startChild({
    name,
    ...nodeProgram(root, apps[name].file),
    env,
    directory: root,
    logFile: join(logDirectory, `${name}.log`),
    stopSignal: "SIGTERM",
    stopLimitMs: 45_000,
  });
}
