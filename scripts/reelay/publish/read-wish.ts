import { stat } from "node:fs/promises";
import { CommandStop, exitCodes, type Call } from "../command.ts";
import { misused } from "../parse-call.ts";

const viewersMay = ["comment", "duet", "stitch"];
const command = { name: "publish" };

export interface Wish {
  readonly file: string;
  /** Id or handle. */
  readonly accountName: string;
  readonly caption: string;
  readonly privacy: string | undefined;
  readonly allow: readonly string[];
  readonly scheduledAt: string | null;
}

/** What is to be posted; whatever can be seen to be wrong is said before anything is sent. */
export async function readWish(call: Call): Promise<Wish> {
  const [file] = call.words;
  const accountName = call.text("account");
  const caption = call.text("caption");
  if (file === undefined) throw misused(command, "The file to post is missing");
  if (accountName === undefined) throw misused(command, "--account is missing");
  if (caption === undefined) throw misused(command, "--caption is missing");
  const found = await stat(file).catch(() => null);
  if (!found?.isFile())
    throw new CommandStop(exitCodes.usage, `There is no file ${file}: name the video or picture to post.`);
  const scheduledAt = call.text("schedule") ?? null;
  return {
    file,
    accountName,
    caption,
    privacy: call.text("privacy"),
    allow: readAllow(call),
    scheduledAt: inTime(scheduledAt),
  };
}

function readAllow(call: Call): string[] {
  const words = (call.text("allow") ?? "").split(",").map((word) => word.trim());
  const given = words.filter((word) => word !== "");
  const unknown = given.find((word) => !viewersMay.includes(word));
  if (unknown === undefined) return given;
  throw misused(command, `--allow takes ${viewersMay.join(", ")}, and not ${JSON.stringify(unknown)}`);
}

function inTime(text: string | null): string | null {
  if (
    text === null ||
    (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)))
  )
    return text;
  throw misused(command, "--schedule must be a time with its zone, such as 2026-12-01T17:30:00Z");
}
