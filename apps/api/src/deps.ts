import type { Database, Grants, Vault } from "@reelay/database";
import type { AccessToken, RefreshGrant } from "@reelay/flows";
import type { Identity } from "@reelay/identity";
import type { Queues } from "@reelay/jobs";
import type { Ffmpeg } from "@reelay/media";
import type { Outbound } from "@reelay/outbound";
import type { Platforms } from "@reelay/platforms";
import type { Logger, Times } from "@reelay/runtime";
import type { Storage } from "@reelay/storage";
import type { ApiConfig } from "./config.ts";

/** Everything a route may touch. */
export interface ApiDeps {
  readonly config: ApiConfig;
  readonly database: Database;
  readonly vault: Vault;
  readonly identity: Identity;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly ffmpeg: Ffmpeg;
  readonly outbound: Pick<Outbound, "check">;
  readonly platforms: Platforms;
  readonly grants: Grants;
  readonly accessToken: AccessToken;
  readonly refreshGrant: RefreshGrant;
  readonly notifier: { notifyDue(): void };
  readonly logger: Logger;
  readonly times: Times;
  now(): Date;
  /** Fires when the server begins to stop: long answers (live streams, polls) end themselves. */
  readonly stopping: AbortSignal;
}
