import type { Database } from "@reelay/database";
import { tiktokSync, type SyncEndpoint } from "@reelay/domain";
import type { AccessToken } from "@reelay/flows";
import type { Queues } from "@reelay/jobs";
import type { Platforms } from "@reelay/platforms";
import type { Times } from "@reelay/runtime";
import type { Storage } from "@reelay/storage";
import type { NightRules } from "./plan-night.ts";

export interface SyncDeps {
  readonly database: Database;
  readonly queues: Pick<Queues, "enqueue">;
  readonly storage: Storage;
  readonly platforms: Platforms;
  readonly accessToken: AccessToken;
  readonly times: Times;
  /** Calls that we allow ourselves, by platform; null: as many as one likes, for benchmarks. */
  readonly budgets: Readonly<Record<string, SyncBudgets>> | null;
  readonly rules: NightRules;
  /** Named places at which a test may let the process die; does nothing in production. */
  readonly atPoint: (name: string) => Promise<void>;
  now(): Date;
}

interface Rule {
  readonly limit: number;
  readonly windowMs: number;
}
export type SyncBudgets = Readonly<Record<SyncEndpoint, { readonly app: Rule; readonly account: Rule }>>;

export const syncBudgets: Readonly<Record<string, SyncBudgets>> = { tiktok: tiktokSync.budgets };
/** What an account must have granted to be synced. */
export const syncScopes = [{ platform: "tiktok", scope: tiktokSync.scope }] as const;

/** Longer than a token, a call and a page's transaction together can take: every page renews it. */
export const leaseMs = 120_000;
