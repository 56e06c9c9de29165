import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { isId } from "../middleware/parse.ts";

const dayMs = 86_400_000;

export interface CoverAddresses {
  /** Address of a post's cover for whoever it is given to: the same all day, so that browsers keep the picture, and good for one to two days. */
  addressOf(post: { id: string; workspaceId: string }): string;
  /** The workspace in which `access` opens the cover of this post; null when it is not ours, another post's, or too old. */
  workspaceOf(postId: string, access: string): string | null;
}

/** Signs addresses of covers with a key made from `secret`. */
export function createCoverAddresses(options: { secret: string; publicUrl: string; now(): Date }): CoverAddresses {
  const key = Buffer.from(hkdfSync("sha256", options.secret, "", "reelay library cover", 32));
  const signed = (postId: string, workspaceId: string, expiresOnDay: string) => {
    const claim = `${workspaceId}.${expiresOnDay}`;
    return `${claim}.${createHmac("sha256", key).update(`${postId}.${claim}`).digest("base64url")}`;
  };
  const today = () => Math.floor(options.now().getTime() / dayMs);
  return {
    addressOf({ id, workspaceId }) {
      return `${options.publicUrl}/api/library/${id}/cover?access=${signed(id, workspaceId, String(today() + 2))}`;
    },
    workspaceOf(postId, access) {
      const [workspaceId = "", expiresOnDay = ""] = access.split(".");
      if (!isId(workspaceId) || !same(access, signed(postId, workspaceId, expiresOnDay))) return null;
      return Number(expiresOnDay) > today() ? workspaceId : null;
    },
  };
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
