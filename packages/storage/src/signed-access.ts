import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

const dayMs = 86_400_000;
const workspaceIdPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Lets whoever is given it see one thing of a workspace without a key: the same all day, good for one to two days. */
export interface SignedAccess {
  accessTo(subject: string, workspaceId: string): string;
  /** The workspace in which `access` opens this subject; null when it is not ours, another subject's, or too old. */
  workspaceOf(subject: string, access: string): string | null;
}

/** Signs with a key made from `secret` for this purpose alone. */
export function createSignedAccess(options: { secret: string; purpose: string; now(): Date }): SignedAccess {
  const key = Buffer.from(hkdfSync("sha256", options.secret, "", options.purpose, 32));
  const signed = (subject: string, workspaceId: string, expiresOnDay: string) => {
    const claim = `${workspaceId}.${expiresOnDay}`;
    return `${claim}.${createHmac("sha256", key).update(`${subject}.${claim}`).digest("base64url")}`;
  };
  const today = () => Math.floor(options.now().getTime() / dayMs);
  return {
    accessTo: (subject, workspaceId) => signed(subject, workspaceId, String(today() + 2)),
    workspaceOf(subject, access) {
      const [workspaceId = "", expiresOnDay = ""] = access.split(".");
      if (!workspaceIdPattern.test(workspaceId) || !same(access, signed(subject, workspaceId, expiresOnDay)))
        return null;
      return Number(expiresOnDay) > today() ? workspaceId : null;
    },
  };
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
