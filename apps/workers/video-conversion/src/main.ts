import { createLogger, untilStopped } from "@reelay/runtime";
import { parseConfig } from "./config.ts";
import { start } from "./start.ts";

const config = parseConfig(process.env);
const logger = createLogger({ process: "video-conversion", level: config.LOG_LEVEL });
await untilStopped(await start(config, { logger }), logger);
process.exit(0);
