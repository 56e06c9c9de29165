import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { Progress } from "../start/progress.ts";
import type { ApiClient } from "./api-client.ts";
import { ApiProblem, ApiUnreachable } from "./api-problem.ts";

const permalinkPatienceMs = 20_000;
const streamPauseMs = 500;

/** The bars that following moves. */
export const followedSteps = ["convert", "send chunks", "publish"] as const;

const publicationShape = z.object({
  id: z.string(),
  status: z.string(),
  dueAt: z.string().optional(),
  options: z.object({ privacyLevel: z.string().optional() }).optional(),
  permalink: z.string().nullish(),
  waitReason: z.string().nullish(),
  waitUntil: z.string().nullish(),
  progress: z
    .object({ bytesSent: z.number().nullish(), bytesTotal: z.number().nullish(), percent: z.number().nullish() })
    .nullish(),
  failure: z
    .object({ code: z.string(), who: z.string().optional(), message: z.string(), hint: z.string().nullish() })
    .nullish(),
});
export type FollowedPublication = z.infer<typeof publicationShape>;

export interface Follow {
  readonly api: ApiClient;
  readonly id: string;
  readonly progress: Progress;
}

/** Moves the bars until the publication has ended or waits for a person; resolves with it, published or not. */
export async function followPublication({ api, id, progress }: Follow): Promise<FollowedPublication> {
  const look = async () => {
    const publication = await api.call(`/api/publications/${id}`, publicationShape);
    show(publication, progress);
    return publication;
  };
  for (let now = await look(); ; now = await look()) {
    if (hasEnded(now)) return now;
    for await (const _ of untilBroken(api, `/api/publications/${id}/events`)) {
      if (hasEnded(await look())) break;
    }
    api.signal.throwIfAborted();
  }
}

/** A stream that breaks off (the API was restarted) ends: the next look says whether the API is there. */
async function* untilBroken(api: ApiClient, path: string): AsyncGenerator<string> {
  try {
    yield* api.events(path);
  } catch (error) {
    api.signal.throwIfAborted();
    if (error instanceof ApiProblem || error instanceof ApiUnreachable) throw error;
    await setTimeout(streamPauseMs, undefined, { signal: api.signal });
  }
}

/** TikTok tells the addresses of public posts alone. https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status, read 2026-11-22 */
export const hasAddress = ({ options }: FollowedPublication) => options?.privacyLevel === "PUBLIC_TO_EVERYONE";

/** The platform tells a post's address some seconds after the post; null when it does not. */
export async function laterPermalink({ api, id }: Pick<Follow, "api" | "id">): Promise<string | null> {
  for (const until = Date.now() + permalinkPatienceMs; Date.now() < until;) {
    const { permalink } = await api.call(`/api/publications/${id}`, publicationShape);
    if (permalink) return permalink;
    await setTimeout(250, undefined, { signal: api.signal });
  }
  return null;
}

export const isPublished = ({ status }: FollowedPublication) => ["published", "delivered"].includes(status);

const hasEnded = (publication: FollowedPublication) =>
  isPublished(publication) || ["failed", "canceled", "needs_review"].includes(publication.status);

function show(publication: FollowedPublication, progress: Progress): void {
  const { status, waitReason } = publication;
  const { bytesSent, bytesTotal, percent } = publication.progress ?? {};
  const fraction = (percent ?? 0) / 100;
  const note = waitReason ?? (status === "scheduled" ? `due ${publication.dueAt ?? "later"}` : "");
  if (["failed", "canceled", "needs_review"].includes(status)) return;
  if (status === "preparing") progress.at("convert", fraction);
  else progress.at("convert", 1);
  if (status === "waiting" || status === "scheduled") progress.at("send chunks", 0, note);
  if (status === "uploading") progress.at("send chunks", bytesTotal ? (bytesSent ?? 0) / bytesTotal : fraction, note);
  if (!isPublished(publication) && status !== "processing") return;
  progress.at("send chunks", 1, bytesTotal ? `${bytesTotal} bytes` : "");
  progress.at("publish", isPublished(publication) ? 1 : 0.5, isPublished(publication) ? "" : note);
}
