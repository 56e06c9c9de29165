export { parseConfig, type MediaSyncConfig } from "./config.ts";
export { start, type StartDeps } from "./start.ts";
