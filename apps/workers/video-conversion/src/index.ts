export { parseConfig, type VideoConversionConfig } from "./config.ts";
export { start } from "./start.ts";
