import { z } from "zod";

// https://www.prisma.io/docs/orm/reference/error-reference, read 2026-11-25: not reachable, timed out, closed, no free connection, too many.
const prismaCodes = new Set(["P1001", "P1002", "P1008", "P1011", "P1017", "P2024", "P2028", "P2037"]);
// Of the network, and of Postgres itself: shutting down, crashed, starting, too many connections.
const originalCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EHOSTUNREACH",
  "57P01",
  "57P02",
  "57P03",
  "53300",
]);
const adapterKinds = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"]);

// pg throws these as plain errors without a code. https://github.com/brianc/node-postgres pg 8.23.1 client.js and pg-pool, read 2026-11-25.
const pgMessages = new Set([
  "Connection terminated",
  "Connection terminated unexpectedly",
  "Connection terminated due to connection timeout",
  "timeout exceeded when trying to connect",
  "Query read timeout",
  "Client has encountered a connection error and is not queryable",
]);

const prismaError = z.object({
  code: z.string().optional(),
  meta: z
    .object({
      driverAdapterError: z.object({ cause: z.object({ kind: z.string(), originalCode: z.string().optional() }) }),
    })
    .optional()
    .catch(undefined),
});

/** Whether Postgres could not be asked at all, so that the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (pgMessages.has(error.message)) return true;
  const parsed = prismaError.safeParse(error);
  if (!parsed.success) return error.name === "PrismaClientInitializationError";
  const { code, meta } = parsed.data;
  const cause = meta?.driverAdapterError.cause;
  if (cause && (adapterKinds.has(cause.kind) || originalCodes.has(cause.originalCode ?? ""))) return true;
  return code !== undefined && (prismaCodes.has(code) || originalCodes.has(code));
}
