import { emptyRequest, resolveRequest } from "@reelay/contract";
import { postingRows, readEvents, readPublications, type Tx } from "@reelay/database";
import { Failure, isFinal } from "@reelay/domain";
import { retryFailed, type Actor, type Wakeups } from "@reelay/flows";
import { Router, type RequestHandler } from "express";
import type { z } from "zod";
import { actorOf } from "../actor.ts";
import type { ApiDeps } from "../deps.ts";
import { idempotently } from "../idempotently.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { languageOf } from "../middleware/language.ts";
import { parseBody, parseId } from "../middleware/parse.ts";
import { cancelPublication } from "../publications/cancel-publication.ts";
import { createPublicationFeed } from "../publications/feed.ts";
import { getPublication } from "../publications/get-publication.ts";
import { resolvePublication } from "../publications/resolve-publication.ts";
import { lastEventId, streamEvents } from "../publications/stream-events.ts";

const pollEveryMs = 500;

export function publicationRoutes(deps: ApiDeps): Router {
  const router = Router();
  const feed = createPublicationFeed({ ...deps, pollEveryMs: Math.max(20, deps.times.scale(pollEveryMs)) });

  router.get("/api/publications/:id", async (req, res) => {
    const id = parseId(req);
    res.json(
      await deps.database.inWorkspace(principalOf(req).workspaceId, (tx) => getPublication(tx, id, languageOf(req))),
    );
  });

  router.get("/api/publications/:id/events", async (req, res) => {
    const from = { publicationId: parseId(req), afterSeq: lastEventId(req) };
    const isOver = await deps.database.inWorkspace(principalOf(req).workspaceId, (tx) => nothingMore(tx, from));
    if (isOver) res.status(204).end();
    else streamEvents(feed, res, from);
  });

  router.post(
    "/api/publications/:id/retry",
    verb(deps, "retry", emptyRequest, (tx, wish) => retryFailed(postingRows(tx), wish)),
  );
  router.post(
    "/api/publications/:id/cancel",
    verb(deps, "cancel", emptyRequest, async (tx, wish) => await cancelPublication(tx, wish.publicationId, wish.by)),
  );
  router.post(
    "/api/publications/:id/resolve",
    verb(deps, "resolve", resolveRequest, (tx, wish) => resolvePublication(tx, { ...wish, resolution: wish.body })),
  );

  return router;
}

/** A write on one publication that answers with the publication afterwards. */
function verb<Schema extends z.ZodType>(
  deps: ApiDeps,
  name: string,
  schema: Schema,
  work: (
    tx: Tx,
    wish: { workspaceId: string; by: Actor; publicationId: string; body: z.output<Schema> },
  ) => Promise<Wakeups | void>,
): RequestHandler {
  return async (req, res) => {
    const publicationId = parseId(req);
    const principal = principalOf(req);
    const body = parseBody(req, schema);
    await idempotently(deps, req, res, {
      operation: `publications.${name} ${publicationId}`,
      body,
      work: async (tx) => {
        const wakeups = await work(tx, {
          workspaceId: principal.workspaceId,
          by: actorOf(principal),
          publicationId,
          body,
        });
        return {
          status: 200,
          answer: await getPublication(tx, publicationId, languageOf(req)),
          ...(wakeups && { wakeups }),
        };
      },
    });
  };
}

// A closed stream is opened again by the browser; 204 tells it that this one is over.
async function nothingMore(tx: Tx, from: { publicationId: string; afterSeq: number }): Promise<boolean> {
  const [publication] = await readPublications(tx, { ids: [from.publicationId] });
  if (!publication) throw new Failure("not_found");
  return isFinal(publication.status) && (await readEvents(tx, from.publicationId, from.afterSeq, 1)).length === 0;
}
