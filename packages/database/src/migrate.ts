import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { PrismaPg } from "@prisma/adapter-pg";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { readMigrationState } from "./migration-state.ts";

// Node's types leave WebAssembly to the browser's library.
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
}

// The engine wants a schema even to apply migrations, and panics without one.
const anySchema = 'datasource db {\n  provider = "postgresql"\n}\n';

const noFilters = { externalTables: [], externalEnums: [] };

/** Advisory lock of whoever migrates; Prisma's own gives up after 10 s, which a long migration may need. */
export const migrationLock = 7_205_397;
const lockWaitMs = 300_000;

/**
 * Applies every migration of `directory` that the database has not seen, in order, and returns their names; of several
 * at once the others wait, at most five minutes. `databaseUrl` must not lead through a transaction pooler.
 * Keeps Prisma's own `_prisma_migrations`, so `prisma migrate deploy` reads the same history; downloads nothing.
 */
export async function migrate(options: { databaseUrl: string; directory: string }): Promise<string[]> {
  const migrationsList = await readMigrations(options.directory);
  return await alone(options.databaseUrl, async (client) => {
    // Nothing to do is what every start but the first finds; the engine takes longer to load than the rest of it.
    if (await isUpToDate(client, migrationsList)) return [];
    return await withEngine(options.databaseUrl, anySchema, async (engine) => {
      const answer = await engine.applyMigrations({ migrationsList, filters: noFilters });
      return answer.appliedMigrationNames;
    });
  });
}

/** Whether exactly these migrations are applied, whole and as they read now; for anything else the engine decides. */
async function isUpToDate(client: pg.Client, list: MigrationList): Promise<boolean> {
  return Object.values(await readMigrationState(client, list)).every((names) => names.length === 0);
}

/** The lock belongs to this connection: whoever dies gives it back. */
async function alone<T>(databaseUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: 10_000,
    statement_timeout: lockWaitMs,
    keepAlive: true,
  });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [migrationLock]);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** SQL that leads from the Prisma schema `from` (null: an empty database) to the schema `to`; both are schema texts. */
export async function schemaDiff(options: { databaseUrl: string; from: string | null; to: string }): Promise<string> {
  const target = (content: string) => ({
    tag: "schemaDatamodel" as const,
    files: [{ path: "schema.prisma", content }],
  });
  return await withEngine(options.databaseUrl, options.to, async (engine) => {
    const answer = await engine.diff({
      from: options.from === null ? { tag: "empty" } : target(options.from),
      to: target(options.to),
      script: true,
      exitCode: null,
      filters: noFilters,
    });
    return answer.stdout ?? "";
  });
}

/** The migrations of `directory`, in order. */
export async function readMigrations(directory: string): Promise<MigrationList> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: directory,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(join(directory, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: "migration.sql",
          content: { tag: "ok" as const, value: await readFile(join(directory, name, "migration.sql"), "utf8") },
        },
      })),
    ),
  };
}

async function withEngine<T>(
  databaseUrl: string,
  schema: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const bindings = await (engineBindings ??= bindEngine());
  const { factory, close } = wholeScripts(new PrismaPg({ connectionString: databaseUrl }));
  try {
    const engine = await bindings.SchemaEngine.new(
      { datamodels: [["schema.prisma", schema]] },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(factory),
    );
    try {
      return await work(engine);
    } finally {
      engine.free();
    }
  } finally {
    // The engine leaves its connection open, and with it Prisma's own lock.
    await close();
  }
}

// Once per process: the bindings know one instance, and a second one would take it from the first engine's hands.
let engineBindings: ReturnType<typeof bindEngine> | undefined;

// Node 20 cannot import .wasm modules, so the engine's module is bound by hand.
async function bindEngine() {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const file = createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
    .replace(/\.js$/, ".wasm");
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  // It never clears the timer of its own lock: unreferenced, a finished migration does not keep the process for 10 s.
  const timers = Object.keys(bindings).filter((name) => name.startsWith("__wbg_setTimeout_"));
  const unreferenced = (callback: () => void, ms: number) => setTimeout(callback, ms >>> 0).unref();
  const imports = { ...bindings, ...Object.fromEntries(timers.map((name) => [name, unreferenced])) };
  const instance = new Instance(new Module(await readFile(file)), { "./schema_engine_bg.js": imports });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  return bindings;
}

// PrismaPg cuts a script at every semicolon, inside function bodies too; Postgres itself takes it whole.
function wholeScripts(factory: PrismaPg): { factory: PrismaPg; close: () => Promise<void> } {
  const connect = factory.connect.bind(factory);
  const opened: Awaited<ReturnType<typeof connect>>[] = [];
  factory.connect = async () => {
    const adapter = await connect();
    opened.push(adapter);
    adapter.executeScript = async (sql) => void (await adapter.executeRaw({ sql, args: [], argTypes: [] }));
    return adapter;
  };
  return { factory, close: async () => void (await Promise.all(opened.map((adapter) => adapter.dispose()))) };
}
