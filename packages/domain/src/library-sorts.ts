/** How a list of synced posts may be sorted: by time, or by a figure from the highest. */
export const librarySorts = ["newest", "oldest", "views", "likes", "comments", "shares"] as const;
export type LibrarySort = (typeof librarySorts)[number];
