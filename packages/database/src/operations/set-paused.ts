import type { Database } from "../connect.ts";

/** Stops or lets go every publication of the installation; what is at work finishes its step. */
export async function setPaused(database: Database, paused: boolean): Promise<void> {
  await database.asSystem((tx) => tx.$executeRaw`update installation set paused = ${paused} where id = 1`);
}
