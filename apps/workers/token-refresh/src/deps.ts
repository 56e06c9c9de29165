import type { Database, Grants } from "@reelay/database";
import type { RefreshGrant } from "@reelay/flows";
import type { Queues } from "@reelay/jobs";
import type { Platforms } from "@reelay/platforms";
import type { Times } from "@reelay/runtime";

/** What the handlers of tokens need. */
export interface TokenDeps {
  readonly database: Database;
  readonly grants: Pick<Grants, "read">;
  readonly refreshGrant: RefreshGrant;
  readonly platforms: Platforms;
  readonly queues: Pick<Queues, "enqueue">;
  readonly times: Times;
  /** Named places at which a test may let the process die; does nothing in production. */
  readonly atPoint: AtPoint;
}

export type AtPoint = (name: string) => Promise<void>;
