import type { Database } from "@reelay/database";
import type { OperatorDoor } from "@reelay/identity";
import type { RedisSettings } from "@reelay/jobs";
import type { Board } from "@reelay/jobs/board";
import type { Logger, Times } from "@reelay/runtime";
import type { Router } from "express";
import type { DashboardConfig } from "./config.ts";

/** Everything a page may touch. */
export interface DashboardDeps {
  readonly config: DashboardConfig;
  readonly database: Database;
  readonly door: OperatorDoor;
  readonly redis: RedisSettings;
  readonly board: Board;
  /** Bull Board's own pages, unguarded. */
  readonly boardRouter: Router;
  readonly logger: Logger;
  readonly times: Times;
}
