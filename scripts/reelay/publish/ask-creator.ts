import { userInfo } from "node:os";
import { z } from "zod";
import type { ApiClient } from "../../api/api-client.ts";
import { CommandStop, exitCodes, type Call } from "../command.ts";
import type { FoundAccount } from "../find-account.ts";

const creatorShape = z.object({ privacyLevels: z.array(z.string()).min(1) });

/** Who may see the post: chosen on a terminal from what the account offers, never assumed. */
export async function askPrivacy(call: Call, api: ApiClient, account: FoundAccount): Promise<string> {
  const { privacyLevels } = await api.call(`/api/accounts/${account.id}/creator-info`, creatorShape);
  if (!canAsk(call)) {
    throw new CommandStop(exitCodes.usage, `Choose who may see the post with --privacy: ${privacyLevels.join(", ")}.`);
  }
  const list = privacyLevels.map((level, index) => `  ${index + 1} ${level}`).join("\n");
  const answer = await call.terminal.ask(`Who may see it?\n${list}\nNumber: `, call.signal);
  const chosen = privacyLevels[Number(answer) - 1];
  if (chosen === undefined) throw new CommandStop(exitCodes.usage, "Nothing was chosen, so nothing was posted.");
  return chosen;
}

/** The creator's consent, given by --consent or on a terminal; throws when it is not given. */
export async function askConsent(
  call: Call,
  wish: { file: string; account: FoundAccount; caption: string; privacyLevel: string; scheduledAt: string | null },
): Promise<object> {
  if (!call.flag("consent")) {
    if (!canAsk(call)) {
      throw new CommandStop(
        exitCodes.usage,
        "The creator's consent is missing: with --consent they agree to TikTok's Music Usage Confirmation.",
      );
    }
    const whose = `@${wish.account.handle ?? wish.account.id}`;
    call.terminal.say(`${wish.file} → ${whose}, ${wish.privacyLevel}, ${wish.scheduledAt ?? "now"}\n${wish.caption}`);
    const question = "By posting, you agree to TikTok's Music Usage Confirmation. Post it? [y/N] ";
    if (!/^y(es)?$/i.test(await call.terminal.ask(question, call.signal)))
      throw new CommandStop(exitCodes.refused, "Nothing was posted.");
  }
  return { at: new Date().toISOString(), by: `reelay CLI, ${userInfo().username}`, musicUsage: true };
}

const canAsk = (call: Call) => call.terminal.canAsk && !call.flag("json");
