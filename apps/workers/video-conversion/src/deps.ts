import type { Database } from "@reelay/database";
import type { Queues } from "@reelay/jobs";
import type { Ffmpeg } from "@reelay/media";
import type { Logger, Times } from "@reelay/runtime";
import type { Storage } from "@reelay/storage";

export interface ConversionDeps {
  readonly database: Database;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly ffmpeg: Ffmpeg;
  readonly notifyDue: () => void;
  readonly logger: Logger;
  readonly times: Times;
  /** For files under way; emptied when the process starts. */
  readonly temporaryDirectory: string;
}

/** How often causes of ours (disk, memory, a killed process) are tried before the media is given up. */
export const maxTries = 3;
