export { parseConfig, type DashboardConfig } from "./config.ts";
export { start, type RunningDashboard } from "./start.ts";
