import type { Database, Hold, PublicationSteps } from "@reelay/database";
import type { AccessToken } from "@reelay/flows";
import type { Platforms } from "@reelay/platforms";
import type { Logger, Times } from "@reelay/runtime";
import type { Storage } from "@reelay/storage";

/** What the handlers of publications need. */
export interface PublishDeps {
  readonly database: Database;
  readonly steps: PublicationSteps;
  readonly platforms: Platforms;
  readonly storage: Storage;
  readonly accessToken: AccessToken;
  readonly accounts: { loseForScope(account: { accountId: string; ifVersion: number }): Promise<unknown> };
  readonly holds: { place(hold: Hold): Promise<void> };
  readonly times: Times;
  readonly logger: Logger;
  /** This process, as `lease_owner`. */
  readonly workerId: string;
  /** Named places at which a test may let the process die; does nothing in production. */
  readonly atPoint: AtPoint;
}

export type AtPoint = (name: string) => Promise<void>;

/** A hold lets one claim through this often. The platform's clock, never scaled. */
export const probeEveryMs = 60 * 60_000;
/** Claims that save nothing, before the publication is given up: our defect. */
export const maxClaimsWithoutProgress = 8;
