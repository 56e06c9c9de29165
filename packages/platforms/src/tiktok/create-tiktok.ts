import { openPicture } from "../open-picture.ts";
import type { Platform } from "../platform.ts";
import { standInHost, type TiktokConnection } from "./connection.ts";
import { getTikTokUserInfo, readCreatorInfo } from "./creator.ts";
import { authorizeUrl, exchangeTikTokCode, refreshTikTokToken, revokeTikTokToken } from "./oauth.ts";
import { perform } from "./perform.ts";
import { nextStep } from "./publish.ts";
import { reconcile } from "./reconcile.ts";
import { getTikTokVideos } from "./videos.ts";

/** TikTok behind the one interface. `scopes` default to what publishing and syncing need. */
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
    profile: (accessToken, scopes, signal) => getTikTokUserInfo(connection, accessToken, scopes, signal),
    listMedia: (accessToken, cursor, signal) => getTikTokVideos(connection, accessToken, cursor, signal),
    openCover: (coverUrl, signal) => openPicture(coverUrl, { standIn: standInHost(connection), signal }),
  };
}
