import type { ApiClient } from "../../api/api-client.ts";
import {
  followPublication,
  hasAddress,
  isPublished,
  laterPermalink,
  type FollowedPublication,
} from "../../api/follow-publication.ts";
import type { Progress } from "../../start/progress.ts";
import { exitCodes, type Call } from "../command.ts";

/** Shows what becomes of a publication until it has ended; Ctrl-C ends the watching, never the post. Answers the exit code. */
export async function watch(call: Call, api: ApiClient, id: string, progress: Progress): Promise<number> {
  try {
    const publication = await followPublication({ api, id, progress });
    const isAwaited = isPublished(publication) && hasAddress(publication);
    const permalink = publication.permalink ?? (isAwaited ? await laterPermalink({ api, id }) : null);
    progress.stop();
    return tellEnd(call, publication, permalink);
  } catch (error) {
    progress.stop();
    call.terminal.warn(goesOn(id));
    throw error;
  }
}

export function tellAccepted({ terminal, flag }: Call, id: string): void {
  if (flag("json")) terminal.say(JSON.stringify({ publicationId: id, status: "accepted" }));
  else terminal.say(`Accepted. ${goesOn(id)}`);
}

const goesOn = (id: string) => `The post goes on by itself: \`npm run reelay -- publish --follow ${id}\` shows it.`;

function tellEnd({ terminal, flag }: Call, publication: FollowedPublication, permalink: string | null): number {
  const { id, status, failure } = publication;
  if (flag("json")) {
    terminal.say(JSON.stringify({ publicationId: id, status, permalink, failure: failure ?? null }));
  } else if (isPublished(publication)) {
    const unknown = hasAddress(publication)
      ? "the platform has not said where yet"
      : "only public posts have an address";
    terminal.say(permalink === null ? `Published; ${unknown}.` : `Published: ${permalink}`);
  } else {
    terminal.warn(`${failure?.message ?? `It was not published: ${status}.`} (${failure?.code ?? status})`);
    if (failure?.hint) terminal.warn(`  ${failure.hint}`);
  }
  return isPublished(publication) ? exitCodes.done : exitCodes.wrong;
}
