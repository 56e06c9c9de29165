import { accountsCommand } from "./accounts.ts";
import type { Command } from "./command.ts";
import { doctorCommand } from "./doctor.ts";
import { migrateCommand } from "./migrate.ts";
import { publishCommand } from "./publish.ts";
import { queuesCommand } from "./queues.ts";
import { resumeCommand } from "./resume.ts";
import { storageCommand } from "./storage.ts";
import { syncCommand } from "./sync.ts";

export const commands: readonly Command[] = [
  doctorCommand,
  accountsCommand,
  publishCommand,
  syncCommand,
  queuesCommand,
  storageCommand,
  migrateCommand,
  resumeCommand,
];
