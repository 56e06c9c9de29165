import { join } from "node:path";
import type { Environment } from "@reelay/runtime";
import type { RunRecord } from "../prepare/run-record.ts";
import { openShared } from "./open-shared.ts";
import {
  appNames,
  loadApps,
  startAsProcess,
  startInProcess,
  type AppName,
  type FirstLogin,
  type Shared,
} from "./apps.ts";
import { supervise, type Supervised } from "./supervise.ts";

export interface AppSetOptions {
  readonly root: string;
  readonly logDirectory: string;
  readonly record: RunRecord;
  readonly log: (line: string) => void;
  /** Each app as a process of its own, started again `restartAfterMs` after it ended. */
  readonly processes: boolean;
  readonly restartAfterMs: number;
}

export interface AppSet {
  /** Begins to load the code, which takes a moment. */
  prepare(): Promise<void>;
  start(env: Environment): Promise<void>;
  /** Drains all of them, for at most 45 s. */
  stop(): Promise<void>;
  process(name: string): Supervised | undefined;
  processes(): ReadonlyMap<string, Supervised>;
  firstLogin(): FirstLogin | null;
}

const drainLimitMs = 45_000;

/** All our apps, in this process or each in its own. */
export function createAppSet(options: AppSetOptions): AppSet {
  const { root, logDirectory, record, log, processes, restartAfterMs } = options;
  const running: { stop(): Promise<void> }[] = [];
  const supervised = new Map<string, Supervised>();
  let firstLogin: FirstLogin | null = null;
  let shared: Awaited<ReturnType<typeof openShared>> | undefined;
  let isStopping = false;

  const startHere = async (name: AppName, env: Environment, shared: Shared) => {
    const app = await startInProcess(name, env, shared, join(logDirectory, `${name}.log`), log);
    running.push(app);
    firstLogin ??= app.firstLogin ?? null;
  };
  const startApart = async (name: AppName, env: Environment) => {
    const app = await supervise({
      start: () => startAsProcess(name, root, env, logDirectory),
      restartAfterMs,
      onStart: (child) => {
        record.add(name, child.pid);
        log(`${name} runs as process ${child.pid}`);
      },
      onEnd: (child, how) => {
        record.remove(child.pid);
        if (!isStopping)
          log(`${name} (process ${child.pid}) ${how}; it is started again in ${restartAfterMs / 1_000} s`);
      },
    });
    running.push(app);
    supervised.set(name, app);
  };
  return {
    prepare: async () => {
      if (!processes) await loadApps();
    },
    start: async (env) => {
      shared = processes ? undefined : await openShared(env, log);
      const starts = appNames.map((name) => (shared ? startHere(name, env, shared) : startApart(name, env)));
      const failed = (await Promise.allSettled(starts)).find((start) => start.status === "rejected");
      if (failed) throw failed.reason;
    },
    stop: async () => {
      isStopping = true;
      await Promise.race([Promise.allSettled(running.map((app) => app.stop())), passed(drainLimitMs)]);
      await shared?.close();
    },
    process: (name) => supervised.get(name),
    processes: () => supervised,
    firstLogin: () => firstLogin,
  };
}

function passed(afterMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, afterMs).unref());
}
