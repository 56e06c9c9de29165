import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "@reelay/runtime";
import type { Child } from "../prepare/child.ts";
import { ensureTools } from "../prepare/ensure-tools.ts";
import { freePort, isFree, takenPortSentence } from "../prepare/ports.ts";
import { repositoryRoot as root } from "../prepare/repository-root.ts";
import { takeRunRecord } from "../prepare/run-record.ts";
import { loadSecrets } from "../prepare/secrets.ts";
import { StopWithSentence } from "../prepare/stop-with-sentence.ts";
import type { ToolName } from "../prepare/tools.ts";
import { createAppSet, type AppSet } from "./app-set.ts";
import type { FirstLogin } from "./apps.ts";
import { appEnvironment, isProduction, requireProductionEnvironment, type SimulatorAddress } from "./environment.ts";
import { startServices, type Services } from "./services.ts";
import { waitUntilReady } from "./wait-until-ready.ts";

export interface StackOptions {
  /** Holds all state; one stack at a time runs in it. */
  readonly directory: string;
  readonly env: Environment;
  /** Each app as a process of its own, started again when it ends. Default: all in this process. */
  readonly processes?: boolean;
  /** `free`: any ports for the API and the dashboard, for tests. */
  readonly ports?: "default" | "free";
  /** Until an app that ended is started again; 1 s unless a test wants to see it missing. */
  readonly restartAfterMs?: number;
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
  readonly urls: { readonly api: string; readonly dashboard: string; readonly simulator: string | undefined };
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

const nothingStarted: Services = { databaseUrl: undefined, redisUrl: undefined, simulator: undefined };

/** Starts everything of ours on this machine; throws after stopping again whatever it had started. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { directory, env, log } = options;
  if (isProduction(env)) requireProductionEnvironment(env);
  const logDirectory = join(directory, "logs");
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  mkdirSync(logDirectory, { recursive: true });
  const record = await takeRunRecord(directory);
  const apps = createAppSet({
    root,
    logDirectory,
    record,
    log,
    processes: options.processes ?? false,
    restartAfterMs: options.restartAfterMs ?? 1_000,
  });
  const services: Child[] = [];
  let stopped: Promise<void> | undefined;
  const stopAll = async () => {
    await apps.stop();
    for (const name of ["simulator", "redis", "postgres"]) await services.find((child) => child.name === name)?.stop();
    record.release();
  };
  const stop = () => (stopped ??= stopAll());
  const kill = () => {
    for (const one of [...services, ...apps.processes().values()]) one.kill("SIGKILL");
  };
  options.onKillable?.(kill);
  const onChild = (child: Child) => {
    record.add(child.name, child.pid);
    services.push(child);
    void child.ended.then((how) => stopped ?? options.onLost?.(child.name, how));
  };
  try {
    const { appEnv, simulator, port, dashboardPort } = await prepare(options, { apps, onChild });
    await apps.start(appEnv);
    const api = `http://localhost:${port}`;
    record.setAddresses({ api, simulator });
    return {
      urls: { api, dashboard: `http://localhost:${dashboardPort}`, simulator: simulator?.wwwUrl },
      simulator,
      env: appEnv,
      apiKey: appEnv["REELAY_BOOTSTRAP_API_KEY"] ?? "",
      adminEmail: appEnv["REELAY_ADMIN_EMAIL"] ?? "",
      adminPassword: appEnv["REELAY_ADMIN_PASSWORD"] ?? "",
      firstLogin: apps.firstLogin(),
      processes: () => livingProcesses(services, apps),
      killProcess: (name, signal) => {
        const own = apps.process(name) ?? services.find((child) => child.name === name);
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

/** Everything that our apps need: programs, secrets, servers, tables. */
async function prepare(options: StackOptions, { apps, onChild }: { apps: AppSet; onChild: (child: Child) => void }) {
  const { directory, env, log, signal, simulatorOptions = {} } = options;
  const port = await choosePort(options, "PORT", 3002);
  const dashboardPort = await choosePort(options, "DASHBOARD_PORT", 3003);
  await ensureTools(neededTools(env), { env, yes: options.yes ?? true, say: log });
  const secrets = isProduction(env) ? undefined : loadSecrets(directory);
  const starting = secrets
    ? startServices({ root, directory, env, secrets, simulatorOptions, port, onChild })
    : nothingStarted;
  const loading = apps.prepare();
  const { databaseUrl, redisUrl, simulator } = await starting;
  signal?.throwIfAborted();
  const mediaDirectory = join(directory, "media");
  const appEnv = appEnvironment(env, {
    databaseUrl,
    redisUrl,
    simulator,
    secrets,
    port,
    dashboardPort,
    mediaDirectory,
  });
  // Loaded only now: what runs beside us has begun to start by then.
  const { migrate } = await import("@reelay/database");
  const migrateUrl = appEnv["DATABASE_DIRECT_URL"] ?? appEnv["DATABASE_URL"] ?? "";
  await migrate({ databaseUrl: migrateUrl, directory: join(root, "prisma", "migrations") });
  signal?.throwIfAborted();
  await loading;
  return { appEnv, simulator, port, dashboardPort };
}

async function choosePort(
  { env, ports }: StackOptions,
  variable: "PORT" | "DASHBOARD_PORT",
  usual: number,
): Promise<number> {
  if (ports === "free") return await freePort();
  const port = Number(env[variable] || usual);
  if (await isFree(port)) return port;
  throw new StopWithSentence(takenPortSentence(port, variable));
}

function neededTools(env: Environment): ToolName[] {
  const hasFfmpeg = Boolean(env["FFMPEG_PATH"] && env["FFPROBE_PATH"]);
  return [
    ...(env["REDIS_URL"] || isProduction(env) ? [] : (["redis"] as const)),
    ...(hasFfmpeg ? [] : (["ffmpeg"] as const)),
  ];
}

function livingProcesses(services: readonly Child[], apps: AppSet): Record<string, number> {
  const living = services.filter((child) => !child.hasEnded()).map((child) => [child.name, child.pid] as const);
  const ours = [...apps.processes()].map(([name, app]) => [name, app.pid()] as const);
  return Object.fromEntries(
    [...living, ...ours].filter((pair): pair is readonly [string, number] => pair[1] !== undefined),
  );
}
