import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient, type Prisma } from "./generated/client.ts";

export type Tx = Prisma.TransactionClient;

export interface Database {
  /** The bare client: for identity's tables only, everything else is invisible to the login role. */
  readonly prisma: PrismaClient;
  /** Runs `work` in one transaction as `reelay_app`, which sees and writes the rows of `workspaceId` alone. */
  inWorkspace<T>(workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs `work` in one transaction as `reelay_system`, which sees every workspace: for sweeps, dispatch and claims. */
  asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** One round trip; throws when Postgres does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly maxConnections: number;
  /** Longest wait for a free connection, and longest transaction. */
  readonly transactionTimeoutMs?: number;
  readonly onConnectionError?: (error: Error) => void;
  /** One that this process has open: it is used instead of a new pool, and closing leaves it open. */
  readonly shared?: Database | undefined;
}

/** Opens a pool; no connection is made before the first use. */
export function openDatabase(options: DatabaseOptions): Database {
  if (options.shared) return { ...options.shared, close: async () => undefined };
  const transactionTimeoutMs = options.transactionTimeoutMs ?? 15_000;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: 5_000,
    query_timeout: transactionTimeoutMs,
    keepAlive: true,
  });
  pool.on("error", (error) => options.onConnectionError?.(error));
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true }),
    transactionOptions: { maxWait: transactionTimeoutMs, timeout: transactionTimeoutMs },
  });
  const inRole = <T>(role: "reelay_app" | "reelay_system", workspaceId: string, work: (tx: Tx) => Promise<T>) =>
    prisma.$transaction(async (tx) => {
      await tx.$executeRaw`select set_config('role', ${role}, true), set_config('app.workspace_id', ${workspaceId}, true)`;
      return await work(tx);
    });
  return {
    prisma,
    inWorkspace: (workspaceId, work) => inRole("reelay_app", workspaceId, work),
    asSystem: (work) => inRole("reelay_system", "", work),
    ping: async () => void (await prisma.$queryRaw`select 1`),
    close: () => prisma.$disconnect(),
  };
}
