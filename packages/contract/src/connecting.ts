import { z } from "zod";
import { accountView } from "./accounts.ts";
import { text, utc } from "./text.ts";

export const oauthStartQuery = z.strictObject({
  externalId: text({ min: 1, max: 200 }).optional().meta({ description: "the caller's own user, kept on the account" }),
  returnTo: text({ min: 1, max: 2_000 })
    .optional()
    .meta({ description: "our origin, or one on the workspace's allow-list" }),
});

export const oauthStart = z
  .object({
    authorizeUrl: z.string(),
    connectUrl: z.string().meta({ description: "one-time page that binds the browser, for callers with an API key" }),
    state: z.string(),
    expiresAt: utc,
  })
  .meta({ id: "OauthStart" });
export type OauthStart = z.output<typeof oauthStart>;

// A platform may add parameters of its own, so unknown ones are left aside here.
export const oauthCallbackQuery = z.object({
  state: text({ min: 1, max: 500 }).optional(),
  code: text({ min: 1, max: 4_000 }).optional(),
  error: text({ min: 1, max: 500 }).optional(),
});

export const connectedAccount = z
  .object({ account: accountView, returnTo: z.string().nullable() })
  .meta({ id: "ConnectedAccount" });
export type ConnectedAccount = z.output<typeof connectedAccount>;
