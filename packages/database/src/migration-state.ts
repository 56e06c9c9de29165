import { createHash } from "node:crypto";
import type { MigrationList } from "@prisma/schema-engine-wasm";
import type pg from "pg";

/** How a database differs from the migrations at hand; four empty lists: not at all. */
export interface MigrationState {
  readonly pending: readonly string[];
  /** Applied, but they read differently now. */
  readonly changed: readonly string[];
  /** Begun and never finished, or rolled back. */
  readonly unfinished: readonly string[];
  /** Applied, and not at hand: the database is newer than the program. */
  readonly unknown: readonly string[];
}

export async function readMigrationState(client: pg.Client, list: MigrationList): Promise<MigrationState> {
  const applied = await appliedMigrations(client);
  const whole = new Map(applied.filter((row) => row.whole).map(({ name, checksum }) => [name, checksum]));
  const atHand = list.migrationDirectories.map(({ path, migrationFile: { content } }) => {
    const text = content.tag === "ok" ? content.value : "";
    return { name: path, checksum: createHash("sha256").update(text).digest("hex") };
  });
  const isAtHand = (name: string) => atHand.some((migration) => migration.name === name);
  return {
    pending: atHand.filter(({ name }) => !whole.has(name)).map(({ name }) => name),
    changed: atHand.filter(({ name, checksum }) => (whole.get(name) ?? checksum) !== checksum).map(({ name }) => name),
    unfinished: applied.filter((row) => !row.whole).map(({ name }) => name),
    unknown: [...whole.keys()].filter((name) => !isAtHand(name)),
  };
}

async function appliedMigrations(client: pg.Client) {
  const { rows: tables } = await client.query("select 1 where to_regclass('_prisma_migrations') is not null");
  if (tables.length === 0) return [];
  const { rows } = await client.query<{ name: string; checksum: string; whole: boolean }>(
    "select migration_name as name, checksum, finished_at is not null and rolled_back_at is null as whole from _prisma_migrations",
  );
  return rows;
}
