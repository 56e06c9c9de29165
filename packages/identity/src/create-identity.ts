import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@reelay/runtime";
import { bootstrap, type FirstLogin, type FirstLoginWish } from "./bootstrap.ts";
import { createCheckKey } from "./check-key.ts";
import { createAuth } from "./create-auth.ts";
import { createHandler } from "./create-handler.ts";
import { findPerson } from "./find-person.ts";
import type { IdentityDatabase } from "./identity-database.ts";
import type { Principal } from "./principal.ts";

export interface Identity {
  /** Answers `/api/identity/*`; see `createHandler`. */
  handler(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Who sent these headers: the workspace's key (`Authorization: Bearer`), else the session's cookie; null when neither is good. */
  principalOf(headers: IncomingHttpHeaders): Promise<Principal | null>;
  /** The first login, told once; null when somebody exists already. */
  bootstrap(wish: FirstLoginWish): Promise<FirstLogin | null>;
}

export interface IdentityOptions {
  readonly database: IdentityDatabase;
  /** At least 32 characters. */
  readonly secret: string;
  /** Where people reach us; decides the origin that may sign in, and whether cookies are secure. */
  readonly publicUrl: string;
  /** Further origins whose pages may call with a session. */
  readonly trustedOrigins?: readonly string[];
  readonly logger: Logger;
  /** How long the answer about a key is remembered in this process. */
  readonly rememberKeysMs?: number;
}

/** People, workspaces, sessions and API keys, by better-auth over our own tables. */
export function createIdentity(options: IdentityOptions): Identity {
  const { database, rememberKeysMs, ...rest } = options;
  const auth = createAuth({ ...rest, prisma: database.prisma });
  const checkKey = createCheckKey({ auth, database, rememberMs: rememberKeysMs ?? 5_000 });
  return {
    handler: createHandler(auth),
    async principalOf(headers) {
      if (headers.authorization !== undefined) {
        const key = /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1];
        return key === undefined ? null : await checkKey(key);
      }
      return headers.cookie === undefined ? null : await findPerson(auth, database, headers);
    },
    bootstrap: (wish) => bootstrap(database, rest, wish),
  };
}
