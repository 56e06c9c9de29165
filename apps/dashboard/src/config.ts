import {
  dashboardConfig,
  databaseConfig,
  identityConfig,
  parseConfig as parse,
  processConfig,
  redisConfig,
  type Environment,
} from "@reelay/runtime";

const schema = processConfig
  .extend(dashboardConfig.shape)
  .extend(databaseConfig.shape)
  .extend(redisConfig.shape)
  .extend(identityConfig.shape);

export type DashboardConfig = ReturnType<typeof parseConfig>;

/** What this process needs to know, from its environment; throws `config_invalid` with every problem. */
export function parseConfig(environment: Environment) {
  return parse(schema, environment);
}

/** Where operators reach the dashboard. */
export function dashboardUrl(config: DashboardConfig): string {
  return config.DASHBOARD_PUBLIC_URL ?? `http://localhost:${config.DASHBOARD_PORT}`;
}
