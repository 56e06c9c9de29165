import { createLogger, untilStopped } from "@reelay/runtime";
import { parsePublishConfig } from "./config.ts";
import { start } from "./start.ts";

const config = parsePublishConfig(process.env);
const logger = createLogger({ process: "publish", level: config.LOG_LEVEL });
await untilStopped(await start(config, { logger }), logger);
process.exit(0);
