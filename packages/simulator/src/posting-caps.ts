import type { World } from "./world.ts";
import type { SimAccount } from "./world-types.ts";

const dayMs = 24 * 60 * 60_000;
const unauditedUserCap = 5;

/** The code of the 24-hour cap that this creator, or the whole app, has reached; null when there is room. */
export function reachedCap(world: World, account: SimAccount): string | null {
  if (world.app.liftLimits) return null;
  const recent = world.posts.filter((post) => post.status !== "failed" && post.createdAt > world.now() - dayMs);
  if (recent.filter((post) => post.openId === account.openId).length >= account.postsPerDay)
    return "spam_risk_too_many_posts";
  const active = new Set(recent.map((post) => post.openId));
  const userCap = Math.min(world.app.audited ? Infinity : unauditedUserCap, world.app.activeUserCap ?? Infinity);
  return !active.has(account.openId) && active.size >= userCap ? "reached_active_user_cap" : null;
}
