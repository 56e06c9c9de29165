import { createSignedAccess } from "@reelay/storage";

export interface CoverAddresses {
  /** Address of a post's cover for whoever it is given to: the same all day, so that browsers keep the picture, and good for one to two days. */
  addressOf(post: { id: string; workspaceId: string }): string;
  /** The workspace in which `access` opens the cover of this post; null when it is not ours, another post's, or too old. */
  workspaceOf(postId: string, access: string): string | null;
}

/** Signs addresses of covers with a key made from `secret`. */
export function createCoverAddresses(options: { secret: string; publicUrl: string; now(): Date }): CoverAddresses {
  const access = createSignedAccess({ ...options, purpose: "reelay library cover" });
  return {
    addressOf: ({ id, workspaceId }) =>
      `${options.publicUrl}/api/library/${id}/cover?access=${access.accessTo(id, workspaceId)}`,
    workspaceOf: access.workspaceOf,
  };
}
