import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { checkKeys } from "@reelay/database";
import type { FirstLogin } from "@reelay/identity";
import { createLogger, type Running } from "@reelay/runtime";
import type { ApiConfig } from "./config.ts";
import { createApp } from "./create-app.ts";
import type { ApiDeps } from "./deps.ts";
import { openDeps } from "./open-deps.ts";

export interface RunningApi extends Running {
  readonly url: string;
  /** Made on the very first start, and told once; null ever after. */
  readonly firstLogin: FirstLogin | null;
  readonly deps: ApiDeps;
}

const drainMs = 10_000;

/**
 * Opens what the API needs, refuses wrong encryption keys (`sealed_unreadable`) and unwritable storage, makes the first login
 * and listens. Stopping ends live streams, waits for running requests and closes every connection.
 */
export async function start(config: ApiConfig, given: Partial<ApiDeps> = {}): Promise<RunningApi> {
  const logger = given.logger ?? createLogger({ process: "api", level: config.LOG_LEVEL });
  const stopping = new AbortController();
  const opened = await openDeps(config, { ...given, logger, stopping: stopping.signal });
  const { deps } = opened;
  try {
    await checkKeys(deps.database, deps.vault);
    await deps.storage.check();
    const firstLogin = await deps.identity.bootstrap({
      email: config.REELAY_ADMIN_EMAIL,
      ...(config.REELAY_ADMIN_PASSWORD !== undefined && { password: config.REELAY_ADMIN_PASSWORD }),
      ...(config.REELAY_BOOTSTRAP_API_KEY !== undefined && { apiKey: config.REELAY_BOOTSTRAP_API_KEY }),
    });
    const server = createServer(limits, createApp(deps));
    const requests = trackRequests(server);
    await listen(server, config);
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      stopping.abort();
      await requests.drain();
      await opened.close();
    };
    const { port } = server.address() as AddressInfo;
    const url = `http://${config.HOST.includes(":") ? `[${config.HOST}]` : config.HOST}:${port}`;
    logger.info("listening", { url });
    return {
      url,
      firstLogin,
      deps,
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

// A large upload over a slow line may take an hour; headers may not.
const limits = {
  headersTimeout: 15_000,
  requestTimeout: 3_600_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
};

async function listen(server: Server, config: ApiConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.PORT, config.HOST, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Knows the requests that run, so that stopping waits for them and not for connections that merely stand open. */
function trackRequests(server: Server): { drain(): Promise<void> } {
  const running = new Set<ServerResponse>();
  let onEnd = () => undefined as void;
  server.on("request", (_req, res: ServerResponse) => {
    running.add(res);
    res.once("close", () => {
      running.delete(res);
      if (running.size === 0) onEnd();
    });
  });
  return {
    async drain() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (running.size > 0) {
        await new Promise<void>((resolve) => {
          const limit = setTimeout(resolve, drainMs);
          onEnd = () => {
            clearTimeout(limit);
            resolve();
          };
        });
      }
      server.closeAllConnections();
      await closed;
    },
  };
}
