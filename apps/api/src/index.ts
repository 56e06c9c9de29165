export { parseConfig, type ApiConfig } from "./config.ts";
export type { ApiDeps } from "./deps.ts";
export { start, type RunningApi } from "./start.ts";
