import type { Database } from "@reelay/database";
import type { Queues } from "@reelay/jobs";
import type { Ffmpeg } from "@reelay/media";
import type { Times } from "@reelay/runtime";
import type { Storage } from "@reelay/storage";

export interface ConversionDeps {
  readonly database: Database;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly ffmpeg: Ffmpeg;
  readonly notifyDue: () => void;
  readonly times: Times;
  /** For files under way: every job has a directory of its own in it. */
  readonly temporaryDirectory: string;
}
