import { exitCodes, type Command } from "./command.ts";
import { findingLines } from "./doctor.ts";
import { checkStorage } from "./doctor/check-storage.ts";
import { findInstallation } from "./installation.ts";
import { misused } from "./parse-call.ts";

const limitMs = 10_000;

export const storageCommand: Command = {
  name: "storage",
  usage: "setup [--json]",
  summary:
    "Makes the bucket (or directory) of media where there is none, and tries it out: writes, reads and deletes. " +
    "Run it as often as you like. Exit code 1 when something is wrong.",
  options: { json: { type: "boolean", says: "print {ok, findings} as JSON" } },
  words: [1, 1],
  run: async (call) => {
    const [verb] = call.words;
    if (verb !== "setup") throw misused(storageCommand, `storage does not know ${JSON.stringify(verb)}`);
    const here = findInstallation(call.root, call.env);
    const findings = await checkStorage({ here, limitMs }, { make: true });
    const ok = findings.every(({ state }) => state !== "bad");
    if (call.flag("json")) call.terminal.say(JSON.stringify({ ok, findings }));
    else for (const line of findingLines(findings, call.terminal)) call.terminal.say(line);
    return ok ? exitCodes.done : exitCodes.wrong;
  },
};
