/** TikTok gives no address of a post; this is the one that its pages have. Null while the id is not known. */
export function permalinkOf(wwwUrl: string, handle: string | null, postId: string | null): string | null {
  if (postId === null || handle === null) return null;
  return `${wwwUrl}/@${encodeURIComponent(handle)}/video/${encodeURIComponent(postId)}`;
}
