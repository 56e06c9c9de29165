import { followedSteps } from "../api/follow-publication.ts";
import { createProgress, type Progress } from "../start/progress.ts";
import { exitCodes, type Call, type Command } from "./command.ts";
import { findAccount } from "./find-account.ts";
import { apiOptions, openApi } from "./open-api.ts";
import { acceptPost } from "./publish/accept-post.ts";
import { askConsent, askPrivacy } from "./publish/ask-creator.ts";
import { readWish } from "./publish/read-wish.ts";
import { uploadMedia } from "./publish/upload-media.ts";
import { tellAccepted, watch } from "./publish/watch.ts";

export const publishCommand: Command = {
  name: "publish",
  usage: "<file> --account ID|HANDLE --caption TEXT [--privacy LEVEL] [--schedule TIME] [--consent] [--wait]",
  summary:
    "Uploads a video or a picture and posts it on one account, now or later. Ctrl-C after the post was accepted leaves it " +
    "to Reelay, which goes on.",
  options: {
    account: { type: "string", value: "ID|HANDLE", says: "whose account; `npm run reelay -- accounts` lists them" },
    caption: { type: "string", value: "TEXT", says: "the text of the post" },
    privacy: { type: "string", value: "LEVEL", says: "who may see it, such as SELF_ONLY; asked for on a terminal" },
    allow: {
      type: "string",
      value: "LIST",
      says: "what viewers may do, of comment,duet,stitch; nothing when not given",
    },
    schedule: { type: "string", value: "TIME", says: "when, as 2026-12-01T17:30:00Z; now when not given" },
    consent: {
      type: "boolean",
      says: "the creator agrees to TikTok's Music Usage Confirmation; asked for on a terminal",
    },
    wait: { type: "boolean", says: "follow it until it is published, with a bar for each step" },
    follow: { type: "string", value: "ID", says: "follow a publication that was accepted before; takes no file" },
    json: { type: "boolean", says: "print what became of it as JSON" },
    ...apiOptions,
  },
  words: [0, 1],
  run: async (call) => {
    const followed = call.text("follow");
    if (followed === undefined) return await publish(call);
    return await watch(call, openApi(call), followed, progressOf(call, followedSteps));
  },
};

async function publish(call: Call): Promise<number> {
  const wish = await readWish(call);
  const api = openApi(call);
  const account = await findAccount(api, wish.accountName);
  const privacyLevel = wish.privacy ?? (await askPrivacy(call, api, account));
  const consent = await askConsent(call, { ...wish, account, privacyLevel });
  const progress = progressOf(call, ["upload", "probe", ...(call.flag("wait") ? followedSteps : [])]);
  try {
    const mediaId = await uploadMedia(api, wish.file, progress);
    const id = await acceptPost(api, { ...wish, accountId: account.id, mediaId, privacyLevel, consent });
    if (call.flag("wait")) return await watch(call, api, id, progress);
    progress.stop();
    tellAccepted(call, id);
    return exitCodes.done;
  } finally {
    progress.stop();
  }
}

/** Progress is no result: with --json nothing of it stands on stdout. */
function progressOf({ terminal, flag }: Call, steps: readonly string[]): Progress {
  return createProgress(steps, terminal.isTty, flag("json") ? terminal.warn : terminal.say);
}
