export { parsePublishConfig as parseConfig, parsePublishConfig, type PublishConfig } from "./config.ts";
export { start } from "./start.ts";
