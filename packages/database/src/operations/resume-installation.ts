import type { Database } from "../connect.ts";

export interface Switches {
  /** Nothing is started or asked. */
  readonly paused: boolean;
  /** What is in doubt is asked about, and nothing is started. */
  readonly reconcileOnly: boolean;
}

/** Ends both switches and answers how they stood; the dispatcher sees it at its next tick. */
export async function resumeInstallation(database: Database): Promise<Switches> {
  return await database.asSystem(async (tx) => {
    const [before] = await tx.$queryRaw<Switches[]>`
      select paused, reconcile_only as "reconcileOnly" from installation where id = 1 for update`;
    await tx.$executeRaw`update installation set paused = false, reconcile_only = false where id = 1`;
    return before ?? { paused: false, reconcileOnly: false };
  });
}
