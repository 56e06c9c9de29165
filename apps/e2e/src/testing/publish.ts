import type { PublicationView } from "@reelay/contract";
import type { ApiCaller } from "./api-caller.ts";
import { postBody, type PostWish } from "./post-body.ts";
import { until } from "@reelay/runtime/testing";

/** Hands a post in; returns its id and that of its one publication. */
export async function acceptPost(api: ApiCaller, wish: PostWish): Promise<{ postId: string; publicationId: string }> {
  const { id, publications } = await api.post("/api/library/publish-multi", postBody(wish));
  return { postId: id, publicationId: publications[0].id };
}

/** The publication when it is published and its address is known; throws what it has failed of. */
export async function untilPublished(
  api: ApiCaller,
  publicationId: string,
  limitMs = 90_000,
): Promise<PublicationView> {
  return await until(
    async () => {
      const publication: PublicationView = await api.get(`/api/publications/${publicationId}`);
      const { status, permalink } = publication;
      if (["failed", "canceled", "needs_review"].includes(status))
        throw new Error(JSON.stringify(publication, null, 1));
      return status === "published" && permalink !== null ? publication : undefined;
    },
    { what: `publication ${publicationId} published`, limitMs, everyMs: 100 },
  );
}
