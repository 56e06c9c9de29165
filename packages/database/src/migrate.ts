import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { PrismaPg } from "@prisma/adapter-pg";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";

// Node's types leave WebAssembly to the browser's library.
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
}

const noFilters = { externalTables: [], externalEnums: [] };

/**
 * Applies every migration of `directory` that the database has not seen, in order, and returns their names.
 * Keeps Prisma's own `_prisma_migrations`, so `prisma migrate deploy` reads the same history; downloads nothing.
 */
export async function migrate(options: { databaseUrl: string; directory: string }): Promise<string[]> {
  const engine = await openEngine(options.databaseUrl, []);
  try {
    const answer = await engine.applyMigrations({
      migrationsList: await readMigrations(options.directory),
      filters: noFilters,
    });
    return answer.appliedMigrationNames;
  } finally {
    engine.free();
  }
}

/** SQL that leads from the Prisma schema `from` (null: an empty database) to the schema `to`; both are schema texts. */
export async function schemaDiff(options: { databaseUrl: string; from: string | null; to: string }): Promise<string> {
  const engine = await openEngine(options.databaseUrl, [["schema.prisma", options.to]]);
  const target = (content: string) => ({ tag: "schemaDatamodel" as const, files: [{ path: "schema.prisma", content }] });
  try {
    const answer = await engine.diff({
      from: options.from === null ? { tag: "empty" } : target(options.from),
      to: target(options.to),
      script: true,
      exitCode: null,
      filters: noFilters,
    });
    return answer.stdout ?? "";
  } finally {
    engine.free();
  }
}

async function readMigrations(directory: string): Promise<MigrationList> {
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

// Node 20 cannot import .wasm modules, so the engine's module is bound by hand.
async function openEngine(databaseUrl: string, datamodels: [string, string][]): Promise<SchemaEngine> {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const file = createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
    .replace(/\.js$/, ".wasm");
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const instance = new Instance(new Module(await readFile(file)), { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: databaseUrl }));
  return await bindings.SchemaEngine.new({ datamodels }, () => undefined, adapter);
}
