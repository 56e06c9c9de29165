import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "@reelay/runtime";
import type { Child } from "../prepare/child.ts";
import { ensureTools } from "../prepare/ensure-tools.ts";
import { freePort, isFree, takenPortSentence } from "../prepare/ports.ts";
import { takeRunRecord } from "../prepare/run-record.ts";
import { loadSecrets } from "../prepare/secrets.ts";
import { StopWithSentence } from "../prepare/stop-with-sentence.ts";
import type { ToolName } from "../prepare/tools.ts";
import { appNames, loadApps, startAsProcess, startInProcess, type AppName, type FirstLogin } from "./apps.ts";
import { appEnvironment, isProduction, requireProductionEnvironment, type SimulatorAddress } from "./environment.ts";
import { startServices } from "./services.ts";
import { supervise, type Supervised } from "./supervise.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

export interface StackOptions {
  /** Holds all state; one stack at a time runs in it. */
  readonly directory: string;
  readonly env: Environment;
  /** Each app as a process of its own, started again when it ends. Default: all in this process. */
  readonly processes?: boolean;
  /** `free`: any port for the API, for tests. */
  readonly ports?: "default" | "free";
  readonly simulatorOptions?: Readonly<Record<string, unknown>>;
  /** Install missing programs without asking. */
  readonly yes?: boolean;
  readonly log: (line: string) => void;
  /** Starting stops at the next safe point, and what has started is stopped again. */
  readonly signal?: AbortSignal;
  /** Given, as soon as there may be children, what ends them all at once. */
  readonly onKillable?: (kill: () => void) => void;
  /** A child that nobody stopped has ended, and is not started again. */
  readonly onLost?: (name: string, how: string) => void;
}

export interface Stack {
  readonly urls: { readonly api: string; readonly simulator: string | undefined };
  readonly simulator: SimulatorAddress | undefined;
  readonly env: Environment;
  readonly apiKey: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  /** Made by this start; null when it was there before, or when each app is a process of its own. */
  readonly firstLogin: FirstLogin | null;
  /** Name → pid of every child that lives now. */
  processes(): Readonly<Record<string, number>>;
  killProcess(name: string, signal: NodeJS.Signals): void;
  /** Resolves when `/readyz` says so. */
  waitUntilReady(limitMs?: number): Promise<void>;
  /** Drains the apps, then stops the simulator, Redis and Postgres. Safe to call twice. */
  stop(): Promise<void>;
  /** Kills every child at once. */
  kill(): void;
}

const drainLimitMs = 45_000;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Starts everything of ours on this machine; throws after stopping again whatever it had started. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { directory, env, log } = options;
  if (isProduction(env)) requireProductionEnvironment(env);
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  const record = await takeRunRecord(directory);
  const services: Child[] = [];
  const apps = new Map<AppName, { stop(): Promise<void>; process?: Supervised }>();
  let stopped: Promise<void> | undefined;
  let firstLogin: FirstLogin | null = null;
  const stop = () => (stopped ??= stopAll());
  const stopAll = async () => {
    await Promise.race([Promise.allSettled([...apps.values()].map((app) => app.stop())), passed(drainLimitMs)]);
    for (const name of ["simulator", "redis", "postgres"]) await services.find((child) => child.name === name)?.stop();
    record.release();
  };
  const onChild = (child: Child) => {
    record.add(child.name, child.pid);
    services.push(child);
    void child.ended.then((how) => stopped ?? options.onLost?.(child.name, how));
  };
  const kill = () => {
    for (const child of services) child.kill("SIGKILL");
    for (const app of apps.values()) app.process?.kill("SIGKILL");
  };
  options.onKillable?.(kill);
  try {
    const port = await choosePort(options);
    await ensureTools(neededTools(env), { env, yes: options.yes ?? true, say: log });
    const logs = join(directory, "logs");
    mkdirSync(logs, { recursive: true });
    const loading = options.processes === true ? undefined : loadApps();
    const secrets = isProduction(env) ? undefined : loadSecrets(directory);
    const { simulatorOptions = {} } = options;
    const started = secrets
      ? await startServices({ root, directory, env, secrets, simulatorOptions, onChild })
      : { databaseUrl: undefined, redisUrl: undefined, simulator: undefined };
    options.signal?.throwIfAborted();
    const appEnv = appEnvironment(env, { ...started, secrets, port, mediaDirectory: join(directory, "media") });
    const databaseUrl = appEnv["DATABASE_DIRECT_URL"] ?? appEnv["DATABASE_URL"] ?? "";
    // Loaded only now: what runs beside us has begun to start by then.
    const { migrate } = await import("@reelay/database");
    await migrate({ databaseUrl, directory: join(root, "prisma", "migrations") });
    options.signal?.throwIfAborted();
    await loading;
    const startApp = async (name: AppName) => {
      if (options.processes !== true) {
        const app = await startInProcess(name, appEnv, join(logs, `${name}.log`), log);
        apps.set(name, app);
        firstLogin ??= app.firstLogin ?? null;
        return;
      }
      const process = await supervise({
        start: () => startAsProcess(name, root, appEnv, logs),
        restartAfterMs: 1_000,
        onStart: (child) => {
          record.add(name, child.pid);
          log(`${name} runs as process ${child.pid}`);
        },
        onEnd: (child, how) => {
          record.remove(child.pid);
          if (stopped === undefined) log(`${name} (process ${child.pid}) ${how}; it is started again in 1 s`);
        },
      });
      apps.set(name, { process, stop: () => process.stop() });
    };
    const failed = (await Promise.allSettled(appNames.map(startApp))).find((app) => app.status === "rejected");
    if (failed) throw failed.reason;
    const api = `http://localhost:${port}`;
    return {
      urls: { api, simulator: started.simulator?.wwwUrl },
      simulator: started.simulator,
      env: appEnv,
      apiKey: appEnv["REELAY_BOOTSTRAP_API_KEY"] ?? "",
      adminEmail: appEnv["REELAY_ADMIN_EMAIL"] ?? "",
      adminPassword: appEnv["REELAY_ADMIN_PASSWORD"] ?? "",
      firstLogin,
      processes: () => livingProcesses(services, apps),
      killProcess: (name, signal) => {
        const own = apps.get(name as AppName)?.process ?? services.find((child) => child.name === name);
        if (own === undefined) throw new Error(`no process is called ${name}`);
        own.kill(signal);
      },
      waitUntilReady: (limitMs = 120_000) => waitUntilReady(api, limitMs, options.signal),
      stop,
      kill,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function choosePort({ env, ports }: StackOptions): Promise<number> {
  if (ports === "free") return await freePort();
  const port = Number(env["PORT"] || 3002);
  if (await isFree(port)) return port;
  throw new StopWithSentence(takenPortSentence(port));
}

function neededTools(env: Environment): ToolName[] {
  const hasFfmpeg = Boolean(env["FFMPEG_PATH"] && env["FFPROBE_PATH"]);
  return [
    ...(env["REDIS_URL"] || isProduction(env) ? [] : (["redis"] as const)),
    ...(hasFfmpeg ? [] : (["ffmpeg"] as const)),
  ];
}

function livingProcesses(
  services: readonly Child[],
  apps: ReadonlyMap<AppName, { process?: Supervised }>,
): Record<string, number> {
  const living = services.filter((child) => !child.hasEnded()).map((child) => [child.name, child.pid] as const);
  const ours = [...apps].map(([name, app]) => [name, app.process?.pid()] as const);
  return Object.fromEntries(
    [...living, ...ours].filter((pair): pair is readonly [string, number] => pair[1] !== undefined),
  );
}

function passed(afterMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, afterMs).unref());
}
