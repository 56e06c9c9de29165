import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ExpressAdapter } from "@bull-board/express";
import { openDatabase, type Database } from "@reelay/database";
import { createOperatorDoor } from "@reelay/identity";
import { openBoard, type BoardServer } from "@reelay/jobs/board";
import { createLogger, createTimes, type Logger, type Running } from "@reelay/runtime";
import type { Router } from "express";
import { boardPath } from "./board.ts";
import { dashboardUrl, type DashboardConfig } from "./config.ts";
import { createApp } from "./create-app.ts";

export interface RunningDashboard extends Running {
  readonly url: string;
}

const drainMs = 5_000;

/** Serves operators; needs Postgres for every request and Redis for what it shows of the queues. */
export async function start(
  config: DashboardConfig,
  given: { logger?: Logger; database?: Database } = {},
): Promise<RunningDashboard> {
  const logger = given.logger ?? createLogger({ process: "dashboard", level: config.LOG_LEVEL });
  const database = openDatabase({
    url: config.DATABASE_URL,
    maxConnections: Math.min(4, config.DATABASE_MAX_CONNECTIONS),
    onConnectionError: (error) => logger.warn("database_connection_lost", { error }),
    shared: given.database,
  });
  const redis = { url: config.REDIS_URL, keyPrefix: config.REDIS_KEY_PREFIX };
  const adapter = new ExpressAdapter().setBasePath(boardPath);
  // The two halves of Bull Board are installed apart, so their types do not know each other.
  const board = openBoard(redis, adapter as unknown as BoardServer, { readOnly: config.DASHBOARD_READ_ONLY });
  const close = () => Promise.allSettled([board.close(), database.close()]);
  const app = createApp({
    config,
    database,
    redis,
    board,
    logger,
    door: createOperatorDoor({ database, secret: config.BETTER_AUTH_SECRET, publicUrl: dashboardUrl(config), logger }),
    boardRouter: adapter.getRouter() as Router,
    times: createTimes(config.TIME_SCALE),
  });
  const server = createServer({ headersTimeout: 15_000, requestTimeout: 30_000 }, app);
  try {
    await listen(server, config);
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const host = config.DASHBOARD_HOST;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  logger.info("listening", { url, read_only: config.DASHBOARD_READ_ONLY });
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await drain(server);
    await close();
  };
  return { url, stop: () => (stopped ??= stop()) };
}

async function listen(server: Server, config: DashboardConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.DASHBOARD_PORT, config.DASHBOARD_HOST, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Lets running requests end, which are short, and closes what merely stands open. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const limit = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(limit);
}
