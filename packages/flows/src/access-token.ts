import type { Grants } from "@reelay/database";
import { mustRefresh, publishTokenLifeMs } from "@reelay/domain";
import type { RefreshGrant } from "./refresh-grant.ts";
import type { TokenAnswer, TokenNeed } from "./token-answer.ts";

export type AccessToken = (accountId: string, need: TokenNeed) => Promise<TokenAnswer>;

/** A token just in time: the one in force when it lives long enough and was not refused, else by `refreshGrant`. */
export function createAccessToken(deps: { grants: Pick<Grants, "read">; refreshGrant: RefreshGrant }): AccessToken {
  return async (accountId, need) => {
    const grant = await deps.grants.read(accountId);
    const isGood =
      grant?.accountState === "connected" &&
      grant.version !== need.rejectedVersion &&
      !mustRefresh(grant, need.neededMs);
    if (isGood) return { ok: true, accessToken: grant.accessToken, version: grant.version };
    return await deps.refreshGrant(accountId, need);
  };
}

/** How long a token for publishing must live: 15 minutes, or the upload as estimated when that takes longer. */
export function publishTokenNeedMs(upload: { sizeBytes: number; bytesPerSecond: number | null }): number {
  const { sizeBytes, bytesPerSecond } = upload;
  const estimatedMs = bytesPerSecond === null || bytesPerSecond <= 0 ? 0 : (sizeBytes / bytesPerSecond) * 1000;
  return Math.max(publishTokenLifeMs, Math.ceil(estimatedMs));
}
