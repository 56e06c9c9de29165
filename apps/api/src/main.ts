import { createLogger, untilStopped } from "@reelay/runtime";
import { parseConfig } from "./config.ts";
import { start } from "./start.ts";

// oxlint-disable-next-line node/no-process-env -- the one place of this process that reads it
const config = parseConfig(process.env);
const logger = createLogger({ process: "api", level: config.LOG_LEVEL });
const api = await start(config, { logger });
logger.info("listening", { url: api.url });
await untilStopped(api, logger);
