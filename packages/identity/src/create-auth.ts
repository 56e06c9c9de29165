import { apiKey } from "@better-auth/api-key";
import type { Logger } from "@reelay/runtime";
import { betterAuth } from "better-auth/minimal";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { admin } from "better-auth/plugins/admin";
import { organization } from "better-auth/plugins/organization";
import { v7 } from "uuid";
import type { PrismaLike } from "./identity-database.ts";
import { randomKey } from "./random-key.ts";
import { startInOwnWorkspace } from "./start-in-own-workspace.ts";

export const basePath = "/api/identity";

export interface AuthOptions {
  readonly prisma: PrismaLike;
  /** Signs the cookies; at least 32 characters. */
  readonly secret: string;
  readonly publicUrl: string;
  readonly trustedOrigins?: readonly string[];
  readonly logger: Logger;
  /** What the next key will be, instead of a random one. */
  readonly givenKey?: string;
  /** Sessions of another door than the workspaces': a cookie of its own name, never sent from other sites' pages. */
  readonly door?: { readonly cookiePrefix: string; readonly sessionSeconds: number };
}

export type Auth = ReturnType<typeof createAuth>;

/** better-auth as Reelay uses it: people, workspaces (its organizations), sessions, keys that belong to a workspace. */
export function createAuth(options: AuthOptions) {
  const { handler, api } = betterAuth({
    appName: "Reelay",
    baseURL: options.publicUrl,
    basePath,
    secret: options.secret,
    trustedOrigins: [new URL(options.publicUrl).origin, ...(options.trustedOrigins ?? [])],
    database: prismaAdapter(options.prisma, { provider: "postgresql" }),
    emailAndPassword: { enabled: true, disableSignUp: true },
    // Per process, by the address that the API vouches for.
    rateLimit: {
      enabled: true,
      storage: "memory",
      window: 60,
      max: 300,
      customRules: { "/sign-in/email": { window: 60, max: 10 } },
    },
    ...(options.door && { session: { expiresIn: options.door.sessionSeconds, disableSessionRefresh: true } }),
    advanced: {
      cookiePrefix: options.door?.cookiePrefix ?? "reelay",
      useSecureCookies: new URL(options.publicUrl).protocol === "https:",
      // Said aloud: better-auth leaves both checks out when NODE_ENV is "test".
      disableOriginCheck: false,
      disableCSRFCheck: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: options.door ? "strict" : "lax", path: "/" },
      database: { generateId: () => v7() },
    },
    databaseHooks: { session: { create: { before: startInOwnWorkspace } } },
    plugins: [
      organization({ allowUserToCreateOrganization: false, disableOrganizationDeletion: true }),
      admin(),
      apiKey({
        references: "organization",
        rateLimit: { enabled: false },
        customKeyGenerator: () => options.givenKey ?? randomKey(),
        startingCharactersConfig: { shouldStore: false },
      }),
    ],
    telemetry: { enabled: false },
    logger: { level: "warn", log: (level, message, ...details) => tell(options.logger, level, message, details) },
    // Whatever is not better-auth's own refusal reaches the caller's error handling, which knows when Postgres is away.
    onAPIError: { throw: true },
  });
  const { getSession, verifyApiKey, createUser, createOrganization, createApiKey } = api;
  return { handler, api: { getSession, verifyApiKey, createUser, createOrganization, createApiKey } };
}

/** Details may hold e-mail addresses; only errors are kept. What it calls an error is its own refusal of a request. */
function tell(logger: Logger, level: string, message: string, details: readonly unknown[]): void {
  const error = details.find((detail) => detail instanceof Error);
  logger[level === "debug" ? "debug" : "warn"]("identity", { message, ...(error !== undefined && { error }) });
}
