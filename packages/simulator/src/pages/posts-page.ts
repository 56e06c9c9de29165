import { html, type Html } from "../escape-html.ts";
import type { SimPost } from "../world-types.ts";
import { page } from "./layout.ts";

const privacyWords: Readonly<Record<string, string>> = {
  PUBLIC_TO_EVERYONE: "everyone",
  MUTUAL_FOLLOW_FRIENDS: "friends",
  FOLLOWER_OF_CREATOR: "followers",
  SELF_ONLY: "only me",
};

/** Everything that was posted, newest first. */
export function postsPage(posts: readonly SimPost[]): string {
  const items = posts.toReversed().map((post) => html`<li class="post">${card(post, true)}</li>`);
  const list =
    items.length > 0
      ? html`<ul class="posts">
          ${items}
        </ul>`
      : html`<p class="empty">Nothing was posted yet.</p>`;
  return page(
    "Posts",
    html`<h1>Posts (${posts.length})</h1>
      ${list}`,
  );
}

export function postPage(post: SimPost): string {
  return page(
    `@${post.username}`,
    html`<p><a href="/">All posts</a></p>
      <article class="post" style="max-width:22rem">${card(post, false)}</article>`,
  );
}

function card(post: SimPost, linked: boolean): Html {
  const link = linked && post.permalink !== null ? html`<p><a href="${post.permalink}">Open the post</a></p>` : html``;
  const fate =
    post.status === "posted" ? "posted" : post.status === "failed" ? `failed: ${post.failReason}` : "processing";
  return html`<video controls preload="metadata" src="/media/${encodeURIComponent(post.publishId)}"></video>
    <div>
      <p><b>@${post.username}</b></p>
      <p>${post.title}</p>
      <p>
        <span class="tag">${fate}</span
        ><span class="tag">visible to ${privacyWords[post.privacyLevel] ?? post.privacyLevel}</span>
      </p>
      <p>${new Date(post.createdAt).toISOString()} · ${post.sizeBytes.toLocaleString("en")} bytes</p>
      <p><code>sha256 ${post.sha256}</code></p>
      <p><code>${post.publishId}</code></p>
      ${link}
    </div>`;
}
