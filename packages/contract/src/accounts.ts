import { z } from "zod";
import { text, utc } from "./text.ts";

export const accountStates = ["connected", "needs_reconnect", "disconnecting", "disconnected"] as const;

export const accountView = z
  .object({
    id: z.uuid(),
    platform: z.enum(["tiktok"]),
    externalId: z.string().nullable().meta({ description: "the caller's own user, as given when connecting" }),
    platformAccountId: z.string(),
    handle: z.string().nullable(),
    displayName: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    scopes: z.array(z.string()),
    state: z.enum(accountStates),
    stateCause: z.string().nullable().meta({
      description:
        "why the account must be reconnected (`token_revoked`, `lost_rotation`, `refused_again`, `scope_missing`, `authorization_removed`); of a disconnected one `revoke_unanswered` when the platform may still list the app",
    }),
    stateChangedAt: utc,
    paused: z.boolean(),
    createdAt: utc,
  })
  .meta({ id: "Account" });
export type AccountView = z.output<typeof accountView>;

export const accountList = z
  .object({ items: z.array(accountView), nextCursor: z.string().nullable() })
  .meta({ id: "AccountList" });
export type AccountList = z.output<typeof accountList>;

export const accountFilter = z.strictObject({
  externalId: text({ min: 1, max: 200 })
    .optional()
    .meta({ description: "only the accounts of this user of the caller's" }),
});

export const refreshedAccount = z
  .object({ account: accountView, accessExpiresAt: utc })
  .meta({ id: "RefreshedAccount" });
export type RefreshedAccount = z.output<typeof refreshedAccount>;

/** What the account may post right now, as the platform says it. */
export const creatorInfo = z
  .object({
    handle: z.string(),
    displayName: z.string(),
    avatarUrl: z.string().nullable(),
    privacyLevels: z.array(z.string()),
    commentDisabled: z.boolean(),
    duetDisabled: z.boolean(),
    stitchDisabled: z.boolean(),
    maxVideoDurationMs: z.number(),
  })
  .meta({ id: "CreatorInfo" });
export type CreatorInfo = z.output<typeof creatorInfo>;
