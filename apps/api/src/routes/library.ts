import type { LibraryPage } from "@reelay/contract";
import { readLibraryPage, readLibraryPost, readMetricHistory } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { Router, type Request } from "express";
import type { ApiDeps } from "../deps.ts";
import { createCoverAddresses, type CoverAddresses } from "../library/cover-addresses.ts";
import { encodeCursor } from "../library/library-cursor.ts";
import { libraryPostDetail, libraryPostView } from "../library/library-post-view.ts";
import { libraryQuery } from "../library/library-query.ts";
import { sendCover } from "../library/send-cover.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { parseId } from "../middleware/parse.ts";

/** Of a post synced every night: years. */
const historyLimit = 2_000;

export function libraryRoutes(deps: ApiDeps): Router {
  const { database } = deps;
  const covers = coverAddresses(deps);
  const router = Router();

  router.get("/api/library", async (req, res) => {
    const query = libraryQuery(req);
    const { posts, next } = await database.inWorkspace(principalOf(req).workspaceId, (tx) =>
      readLibraryPage(tx, query),
    );
    const body: LibraryPage = {
      items: posts.map((post) => libraryPostView(post, covers)),
      nextCursor: next && encodeCursor(query.sort, next),
    };
    res.json(body);
  });

  router.get("/api/library/:id", async (req, res) => {
    const id = parseId(req);
    const body = await database.inWorkspace(principalOf(req).workspaceId, async (tx) => {
      const post = await readLibraryPost(tx, id);
      if (!post) throw new Failure("not_found");
      return libraryPostDetail(post, await readMetricHistory(tx, id, historyLimit), covers);
    });
    res.json(body);
  });
  return router;
}

/** Covers are shown by browsers that hold no key of ours: the address itself may say that it may. */
export function libraryCoverRoutes(deps: ApiDeps): Router {
  const covers = coverAddresses(deps);
  const router = Router();

  router.get("/api/library/:id/cover", async (req, res) => {
    const id = parseId(req);
    const workspaceId = viewedWorkspace(req, id, covers);
    const post = await deps.database.inWorkspace(workspaceId, (tx) => readLibraryPost(tx, id));
    if (!post?.coverStorageKey) throw new Failure("not_found");
    await sendCover(deps.storage, req, res, post.coverStorageKey);
  });
  return router;
}

function viewedWorkspace(req: Request, postId: string, covers: CoverAddresses): string {
  const { access } = req.query;
  if (access === undefined) return principalOf(req).workspaceId;
  const workspaceId = typeof access === "string" ? covers.workspaceOf(postId, access) : null;
  if (workspaceId === null) throw new Failure("not_found");
  return workspaceId;
}

function coverAddresses({ config, now }: ApiDeps): CoverAddresses {
  return createCoverAddresses({ secret: config.BETTER_AUTH_SECRET, publicUrl: config.PUBLIC_URL, now });
}
