import type { Actor } from "@reelay/flows";
import type { Principal } from "@reelay/identity";

/** Who acts, as timelines and records remember it: the person, or the key. */
export function actorOf(principal: Principal): Actor {
  return principal.kind === "user"
    ? { kind: "user", id: principal.userId }
    : { kind: principal.kind, id: principal.keyId };
}
