import type { Database } from "../connect.ts";

/** From now on nothing is started, and what is in doubt is asked about, until `resumeInstallation`. */
export async function onlyReconcile(database: Database): Promise<void> {
  await database.asSystem((tx) => tx.$executeRaw`update installation set reconcile_only = true where id = 1`);
}
