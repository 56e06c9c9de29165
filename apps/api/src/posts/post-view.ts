import type { PostView } from "@reelay/contract";
import { readPublications, type PostRow, type PublicationRow, type Tx } from "@reelay/database";
import { postStatus } from "@reelay/domain";
import type { Language } from "../middleware/language.ts";
import { publicationOfPost } from "../publications/publication-view.ts";

/** Posts with their publications, in the order of `posts`. */
export async function postViews(tx: Tx, posts: readonly PostRow[], language: Language): Promise<PostView[]> {
  const publications = await readPublications(tx, { postIds: posts.map((post) => post.id) });
  return posts.map((post) =>
    postView(
      post,
      publications.filter(({ postId }) => postId === post.id),
      language,
    ),
  );
}

function postView(post: PostRow, publications: readonly PublicationRow[], language: Language): PostView {
  return {
    id: post.id,
    status: postStatus(publications.map((publication) => publication.status)),
    caption: post.caption,
    media: [...post.mediaIds],
    scheduledAt: post.scheduledAt?.toISOString() ?? null,
    latePolicy: post.latePolicy as PostView["latePolicy"],
    createdAt: post.createdAt.toISOString(),
    updatedAt: post.updatedAt.toISOString(),
    publications: publications.map((publication) => publicationOfPost(publication, language)),
  };
}
