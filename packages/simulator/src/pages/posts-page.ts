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
  const items = posts.toReversed().map((post) => html`<li class="post">${card(post)}</li>`);
  const list =
    items.length > 0
      ? html`<ul class="posts">
          ${items}
        </ul>`
      : html`<p class="soft">Nothing was posted yet.</p>`;
  return page(
    "Posts",
    html`<h1>Posts (${posts.length})</h1>
      ${list}`,
  );
}

function card(post: SimPost): Html {
  const link = post.permalink === null ? html`` : html`<p><a href="${pathOf(post)}">Open the post</a></p>`;
  return html`${video(post)}
    <div>
      <p><b>@${post.username}</b></p>
      <p class="caption">${post.title}</p>
      <p>${tags(post)}</p>
      <p class="soft">${timeOf(post)} · ${sizeOf(post)}</p>
      <p class="soft">sha256 <code>${post.sha256}</code></p>
      ${link}
    </div>`;
}

/** One post under its permalink. */
export function postPage(post: SimPost): string {
  const facts: readonly [string, string][] = [
    ["Posted", timeOf(post)],
    ["Size", sizeOf(post)],
    ["SHA-256", post.sha256],
    ["Publish id", post.publishId],
    ["Post id", post.postId ?? ""],
    ...Object.entries(post.postInfo)
      .filter(([name]) => name !== "title")
      .map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return page(
    `@${post.username}`,
    html`<a href="/">All posts</a>
      <article class="one">
        ${video(post)}
        <div>
          <h1>@${post.username}</h1>
          <p class="caption">${post.title}</p>
          <p>${tags(post)}</p>
          <dl>
            ${facts.map(
              ([name, value]) =>
                html`<dt>${name}</dt>
                  <dd><code>${value}</code></dd>`,
            )}
          </dl>
        </div>
      </article>`,
  );
}

function video(post: SimPost): Html {
  return html`<video
    controls
    playsinline
    preload="metadata"
    src="/media/${encodeURIComponent(post.publishId)}"
  ></video>`;
}

function tags(post: SimPost): Html {
  const fate = post.status === "failed" ? `failed: ${post.failReason}` : post.status;
  return html`<span class="tag ${post.status}">${fate}</span
    ><span class="tag">visible to ${privacyWords[post.privacyLevel] ?? post.privacyLevel}</span>`;
}

function timeOf(post: SimPost): string {
  return `${new Date(post.createdAt).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function sizeOf(post: SimPost): string {
  return `${post.sizeBytes.toLocaleString("en")} bytes`;
}

function pathOf(post: SimPost): string {
  return `/@${post.username}/video/${post.postId}`;
}
