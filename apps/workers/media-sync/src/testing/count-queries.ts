import type { Database, Tx } from "@reelay/database";

const statements: ReadonlySet<PropertyKey> = new Set(["$queryRaw", "$executeRaw"]);

/** The same database, which counts the statements of its transactions. */
export function countQueries(database: Database): { database: Database; count(): number } {
  let count = 0;
  const counting = (tx: Tx): Tx =>
    new Proxy(tx, {
      get(target, name, receiver) {
        if (statements.has(name)) count += 1;
        return Reflect.get(target, name, receiver);
      },
    });
  return {
    database: {
      ...database,
      inWorkspace: (workspaceId, work) => database.inWorkspace(workspaceId, (tx) => work(counting(tx))),
      asSystem: (work) => database.asSystem((tx) => work(counting(tx))),
    },
    count: () => count,
  };
}
