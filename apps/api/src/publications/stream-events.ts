import type { EventRow, WatchedState } from "@reelay/database";
import { Failure, isFinal } from "@reelay/domain";
import type { Request, Response } from "express";
import type { PublicationFeed } from "./feed.ts";
import { progressView, timelineEntry } from "./publication-view.ts";

const heartbeatMs = 15_000;
/** What a slow reader may leave unread before it is let go; it resumes by `Last-Event-ID`. */
const maxUnreadBytes = 262_144;

/** The last event the caller has seen; throws `malformed_request` when the header is no event id of ours. */
export function lastEventId(req: Request): number {
  const given = req.get("last-event-id");
  if (given === undefined || given === "") return 0;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new Failure("malformed_request", {
    errors: [{ path: "Last-Event-ID", code: "invalid_header", message: "must be the id of an event" }],
  });
}

/**
 * Streams a publication's events (`id` = seq) and, as `progress`, how far it is; heartbeats between; `end` when it is final.
 * Ends with the client, with the server, or when the client does not read.
 */
export function streamEvents(
  feed: PublicationFeed,
  res: Response,
  from: { publicationId: string; afterSeq: number },
): void {
  let told = "";
  const unwatch = feed.watch({
    ...from,
    onEnd: () => res.end(),
    onNews({ events, state }) {
      for (const event of events) res.write(eventFrame(event));
      const progress = progressFrame(state);
      if (progress !== told) res.write(progress);
      told = progress;
      if (isFinal(state.status)) res.end("event: end\ndata: {}\n\n");
      else if (res.writableLength > maxUnreadBytes) res.destroy();
    },
  });
  const heartbeat = setInterval(() => res.write(":\n\n"), heartbeatMs);
  res.once("close", () => {
    clearInterval(heartbeat);
    unwatch();
  });
  res.writeHead(200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
  });
  res.write("retry: 2000\n\n");
}

function eventFrame(event: EventRow): string {
  return `id: ${event.seq}\ndata: ${JSON.stringify(timelineEntry(event))}\n\n`;
}

function progressFrame(state: WatchedState): string {
  return `event: progress\ndata: ${JSON.stringify({ status: state.status, ...progressView(state) })}\n\n`;
}
