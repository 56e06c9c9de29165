import { join } from "node:path";
import { migrate } from "@reelay/database";
import { databaseConfig, parseConfig } from "@reelay/runtime";
import { exitCodes, type Command } from "./command.ts";
import { requireInstallation } from "./open-installation.ts";

export const migrateCommand: Command = {
  name: "migrate",
  usage: "",
  summary: "Applies the migrations that the database has not seen; of several at once the others wait.",
  options: { json: { type: "boolean", says: "print {applied} as JSON" } },
  words: [0, 0],
  run: async (call) => {
    const { env } = requireInstallation(call, "DATABASE_URL");
    const { DATABASE_URL, DATABASE_DIRECT_URL } = parseConfig(databaseConfig, env);
    const directory = join(call.root, "prisma", "migrations");
    const applied = await migrate({ databaseUrl: DATABASE_DIRECT_URL ?? DATABASE_URL, directory });
    if (call.flag("json")) call.terminal.say(JSON.stringify({ applied }));
    else if (applied.length === 0) call.terminal.say("The database has every migration.");
    else for (const name of applied) call.terminal.say(`applied ${name}`);
    return exitCodes.done;
  },
};
