export { parseConfig, type TokenRefreshConfig } from "./config.ts";
export { start } from "./start.ts";
