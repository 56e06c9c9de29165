import { resumeInstallation } from "@reelay/database";
import { exitCodes, type Command } from "./command.ts";
import { withDatabase } from "./open-installation.ts";

export const resumeCommand: Command = {
  name: "resume",
  usage: "",
  summary: "Lets an installation go on that was paused, or that only reconciles after a backup was restored.",
  options: { json: { type: "boolean", says: "print {wasPaused, wasReconcileOnly} as JSON" } },
  words: [0, 0],
  run: async (call) => {
    const { paused, reconcileOnly } = await withDatabase(call, resumeInstallation);
    if (call.flag("json")) {
      call.terminal.say(JSON.stringify({ wasPaused: paused, wasReconcileOnly: reconcileOnly }));
      return exitCodes.done;
    }
    const ended = [...(paused ? ["the pause"] : []), ...(reconcileOnly ? ["reconciling only"] : [])];
    call.terminal.say(
      ended.length === 0
        ? "It was running already; nothing was changed."
        : `Ended ${ended.join(" and ")}: publishing goes on.`,
    );
    return exitCodes.done;
  },
};
