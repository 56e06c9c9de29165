import type { Platform } from "../platform.ts";
import type { TiktokConnection } from "./connection.ts";
import { readCreatorInfo } from "./creator.ts";
import { authorizeUrl, exchangeTikTokCode, refreshTikTokToken, revokeTikTokToken } from "./oauth.ts";
import { perform } from "./perform.ts";
import { nextStep } from "./publish.ts";
import { reconcile } from "./reconcile.ts";

/** TikTok behind the one interface. `scopes` default to what direct video posts need. */
export function createTiktok(connection: TiktokConnection): Platform {
  return {
    name: "tiktok",
    nextStep: (facts) => nextStep(facts, connection),
    perform: (step, facts, access, signal) => perform({ connection, step, facts, access, signal }),
    reconcile: (intent, facts, access, signal) => reconcile(connection, intent, facts, access.accessToken, signal),
    authorizeUrl: (request) => authorizeUrl(connection, request),
    exchangeCode: (code, request, signal) => exchangeTikTokCode(connection, code, request, signal),
    refresh: (refreshToken, signal) => refreshTikTokToken(connection, refreshToken, signal),
    revoke: (accessToken, signal) => revokeTikTokToken(connection, accessToken, signal),
    creatorOptions: async (accessToken, signal) => (await readCreatorInfo(connection, accessToken, signal)).options,
  };
}
