import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "@reelay/runtime";
import { startChild, type Child } from "./child.ts";
import { postgresHome, type PostgresHome } from "./postgres-home.ts";

export interface PostgresOptions {
  readonly directory: string;
  readonly port: number;
  readonly env: Environment;
  readonly logFile: string;
  /** Of the superuser, who is used by tests only. */
  readonly postgresPassword: string;
  /** Of `reelay`, who owns the database `reelay` and is no superuser. */
  readonly databasePassword: string;
  /** false: a throwaway cluster for tests, which a power cut may destroy. */
  readonly durable: boolean;
}

export interface Postgres {
  readonly child: Child;
  readonly url: string;
  readonly superuserUrl: string;
}

/** Starts the Postgres that comes with the dependencies as a child of ours; makes its cluster on the first start. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const home = await postgresHome(options.directory);
  const data = join(home.directory, "data");
  if (existsSync(data)) removeStalePidFile(data);
  else createCluster(home, data, options);
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(options.port),
    unix_socket_directories: "",
    ...(options.durable
      ? { max_connections: "100" }
      : { max_connections: "300", fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const child = await startChild({
    name: "postgres",
    command: home.postgres,
    args: ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    env: plainEnvironment(options.env),
    directory: home.directory,
    user: home.user,
    logFile: options.logFile,
    stopSignal: "SIGINT",
    stopLimitMs: 30_000,
  });
  try {
    await child.lineThat(
      (line) => (line.includes("database system is ready to accept connections") ? true : undefined),
      60_000,
    );
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    child,
    url: postgresUrl(options),
    superuserUrl: `postgresql://postgres:${options.postgresPassword}@127.0.0.1:${options.port}/postgres`,
  };
}

/** Where our apps find the Postgres that was started on `port`. */
export function postgresUrl({ port, databasePassword }: Pick<PostgresOptions, "port" | "databasePassword">): string {
  return `postgresql://reelay:${databasePassword}@127.0.0.1:${port}/reelay`;
}

// Made beside its place and moved there when complete: a start that is killed half-way leaves no half cluster.
function createCluster(home: PostgresHome, data: string, options: PostgresOptions): void {
  const unfinished = `${data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const sync = options.durable ? [] : ["--no-sync"];
  runOnce(home, options.env, home.initdb, [
    `--pgdata=${unfinished}`,
    "--username=postgres",
    "--auth=trust",
    ...locale,
    ...sync,
  ]);
  const said = runOnce(
    home,
    options.env,
    home.postgres,
    ["--single", "-D", unfinished, "postgres"],
    [
      `ALTER ROLE postgres PASSWORD '${options.postgresPassword}'`,
      `CREATE ROLE reelay LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE NOINHERIT PASSWORD '${options.databasePassword}'`,
      "CREATE DATABASE reelay OWNER reelay",
      "",
    ].join("\n"),
  );
  if (said.includes("ERROR:")) throw new Error(`The database could not be made:\n${said}`);
  writeFileSync(join(unfinished, "pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
  renameSync(unfinished, data);
}

// After a crash the pid in the file may belong to another program of the same user by now, and Postgres would not start.
function removeStalePidFile(data: string): void {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  const command = spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  if (command.status !== null && !command.stdout.includes("postgres")) rmSync(file);
}

function runOnce(home: PostgresHome, env: Environment, command: string, args: string[], input = ""): string {
  const done = spawnSync(command, args, {
    cwd: home.directory,
    env: plainEnvironment(env) as NodeJS.ProcessEnv,
    encoding: "utf8",
    input,
    timeout: 120_000,
    ...home.user,
  });
  const said = `${done.stdout ?? ""}${done.stderr ?? ""}`;
  if (done.status !== 0)
    throw new Error(`\`${command}\` failed${done.error ? ` (${done.error.message})` : ""}:\n${said}`);
  return said;
}

/** Nothing of ours that is secret, and no setting that Postgres or libpq would read. */
function plainEnvironment(env: Environment): Environment {
  return { PATH: env["PATH"], TZ: env["TZ"], LC_ALL: "C" };
}
