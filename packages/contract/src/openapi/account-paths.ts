import type { ZodOpenApiPathsObject } from "zod-openapi";
import { accountFilter, accountList, accountView, creatorInfo, refreshedAccount } from "../accounts.ts";
import { connectedAccount, oauthCallbackQuery, oauthStart, oauthStartQuery } from "../connecting.ts";
import { emptyRequest } from "../publications.ts";
import { answers, idPath, jsonBody, pageParameters } from "./answers.ts";

export const accountPaths: ZodOpenApiPathsObject = {
  "/api/auth/tiktok-oauth": {
    get: {
      summary: "Begin to connect a TikTok account",
      description:
        "302 to TikTok, or the addresses as JSON for `Accept: application/json`. The attempt is bound to the session or key, for 10 minutes.",
      requestParams: { query: oauthStartQuery },
      responses: { "302": { description: "to TikTok" }, ...answers("200", "where to send the creator", oauthStart) },
    },
  },
  "/api/auth/tiktok-callback": {
    get: {
      summary: "Finish the connection with what TikTok sent back",
      description:
        "By the session or key that began it, or by the browser bound by the connect page. The same state and code again within 60 s answer the same; any other use of a used, foreign or old state is 400 `oauth_state_invalid`.",
      requestParams: { query: oauthCallbackQuery },
      responses: answers("200", "the connected account", connectedAccount),
    },
  },
  "/api/accounts": {
    get: {
      summary: "Connected accounts, newest first",
      requestParams: { query: accountFilter.extend(pageParameters.shape) },
      responses: answers("200", "a page of accounts", accountList),
    },
  },
  "/api/accounts/{id}": {
    get: {
      summary: "One account",
      requestParams: { path: idPath },
      responses: answers("200", "the account", accountView),
    },
    delete: {
      summary: "Disconnect the account",
      description:
        "Cancels what is queued at once; then what is in doubt is settled, for at most 10 minutes, the grant is revoked at the platform and the tokens are erased: state `disconnected`. Connecting it again later keeps the id.",
      requestParams: { path: idPath },
      requestBody: jsonBody(emptyRequest),
      responses: answers("202", "the account, `disconnecting`", accountView),
    },
  },
  "/api/accounts/{id}/refresh": {
    post: {
      summary: "Refresh the token now, at most once a minute",
      requestParams: { path: idPath },
      requestBody: jsonBody(emptyRequest),
      responses: answers("200", "refreshed", refreshedAccount),
    },
  },
  "/api/accounts/{id}/creator-info": {
    get: {
      summary: "What the account may post right now, as the platform says",
      requestParams: { path: idPath },
      responses: answers("200", "posting options", creatorInfo),
    },
  },
};
