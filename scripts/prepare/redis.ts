import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "@reelay/runtime";
import { startChild, type Child } from "./child.ts";
import { toolProgram } from "./tools.ts";

export interface RedisOptions {
  readonly directory: string;
  readonly port: number;
  readonly env: Environment;
  readonly logFile: string;
  readonly password: string;
  /** false: keeps nothing on disk, for tests. */
  readonly durable: boolean;
}

/** Starts redis-server or valkey-server as a child of ours, for this machine alone and behind a password. */
export async function startRedis(options: RedisOptions): Promise<{ child: Child; url: string }> {
  const program = toolProgram("redis", options.env["PATH"] ?? "");
  if (program === undefined) throw new Error("neither redis-server nor valkey-server is on PATH");
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const settings = join(options.directory, "redis.conf");
  writeFileSync(settings, describe(options), { mode: 0o600 });
  const child = await startChild({
    name: "redis",
    command: program,
    args: [settings],
    env: { PATH: options.env["PATH"] },
    directory: options.directory,
    logFile: options.logFile,
    stopSignal: "SIGTERM",
    stopLimitMs: 20_000,
  });
  try {
    await child.lineThat((line) => (line.includes("Ready to accept connections") ? true : undefined), 60_000);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { child, url: redisUrl(options) };
}

/** Where our apps find the Redis that was started on `port`. */
export function redisUrl({ port, password }: Pick<RedisOptions, "port" | "password">): string {
  return `redis://:${password}@127.0.0.1:${port}/0`;
}

function describe({ port, password, durable, directory }: RedisOptions): string {
  return [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(directory)}`,
    "daemonize no",
    'save ""',
    `appendonly ${durable ? "yes" : "no"}`,
    "appendfsync everysec",
    "maxmemory-policy noeviction",
    "",
  ].join("\n");
}
