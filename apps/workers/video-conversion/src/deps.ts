import type { Database, UploadLimits } from "@reelay/database";
import type { Queues } from "@reelay/jobs";
import type { Ffmpeg } from "@reelay/media";
import type { Outbound } from "@reelay/outbound";
import type { Times } from "@reelay/runtime";
import type { Storage } from "@reelay/storage";

export interface ImportRules {
  readonly allowedTypes: readonly string[];
  readonly maxBytes: number;
  /** What the disk keeps free. */
  readonly keepFreeBytes: number;
  readonly limits: UploadLimits;
}

export interface ConversionDeps {
  readonly database: Database;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly ffmpeg: Ffmpeg;
  readonly outbound: Outbound;
  readonly uploads: ImportRules;
  readonly notifyDue: () => void;
  readonly times: Times;
  /** For files under way: every job has a directory of its own in it. */
  readonly temporaryDirectory: string;
  /** Of each ffmpeg that converts. */
  readonly threads: number;
}
