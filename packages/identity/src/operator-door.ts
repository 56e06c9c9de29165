import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Logger } from "@reelay/runtime";
import { fromNodeHeaders } from "better-auth/node";
import { basePath, createAuth, type Auth } from "./create-auth.ts";
import { isBanned, isOperator } from "./find-person.ts";
import type { IdentityDatabase } from "./identity-database.ts";

/** Somebody who has signed in at the operators' door. */
export interface Visitor {
  readonly userId: string;
  readonly email: string;
  /** May operate the installation; whoever may not has no business here. */
  readonly isOperator: boolean;
}

export interface SignInAnswer {
  readonly result: "signed_in" | "wrong" | "too_many" | "failed";
  /** For `Set-Cookie`. */
  readonly cookies: readonly string[];
}

/** The dashboard's sign-in: the same people, sessions of their own. */
export interface OperatorDoor {
  /** Limits attempts by `address`, which the caller vouches for. */
  signIn(login: { email: string; password: string; address: string }): Promise<SignInAnswer>;
  /** Ends the session; answers the cookies that forget it. */
  signOut(headers: IncomingHttpHeaders): Promise<readonly string[]>;
  /** Whose session came, or null. Throws when Postgres is away. */
  visitorOf(headers: IncomingHttpHeaders): Promise<Visitor | null>;
}

export interface OperatorDoorOptions {
  readonly database: IdentityDatabase;
  /** The same as for the workspaces; what is signed here is signed with a key derived from it. */
  readonly secret: string;
  /** Where operators reach the dashboard; decides whether cookies are secure. */
  readonly publicUrl: string;
  readonly logger: Logger;
}

const sessionSeconds = 8 * 3_600;

/**
 * Operators sign in apart from workspaces: cookies ignore ports, so the name differs, and neither side's cookie is good
 * at the other, because it is signed with another key.
 */
export function createOperatorDoor(options: OperatorDoorOptions): OperatorDoor {
  const { database, secret, ...rest } = options;
  const auth = createAuth({
    ...rest,
    prisma: database.prisma,
    secret: createHmac("sha256", secret).update("operators").digest("base64url"),
    door: { cookiePrefix: "reelay-operators", sessionSeconds },
  });
  const origin = new URL(options.publicUrl).origin;
  const ask = (path: string, body: unknown, headers: Record<string, string>) =>
    auth.handler(
      new Request(origin + basePath + path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", origin, ...headers },
      }),
    );
  return {
    async signIn({ email, password, address }) {
      const answer = await ask("/sign-in/email", { email, password }, { "x-forwarded-for": address });
      await answer.arrayBuffer();
      const result = resultOf(answer.status);
      return { result, cookies: result === "signed_in" ? answer.headers.getSetCookie() : [] };
    },
    async signOut({ cookie }) {
      const answer = await ask("/sign-out", {}, cookie === undefined ? {} : { cookie });
      await answer.arrayBuffer();
      return answer.headers.getSetCookie();
    },
    visitorOf: async (headers) => (headers.cookie === undefined ? null : await findVisitor(auth, database, headers)),
  };
}

function resultOf(status: number): SignInAnswer["result"] {
  if (status === 200) return "signed_in";
  if (status === 429) return "too_many";
  return status === 400 || status === 401 || status === 403 ? "wrong" : "failed";
}

async function findVisitor(
  auth: Auth,
  database: IdentityDatabase,
  headers: IncomingHttpHeaders,
): Promise<Visitor | null> {
  const found = await auth.api
    .getSession({ headers: fromNodeHeaders(headers), query: { disableRefresh: true } })
    .catch(async (error: unknown) => {
      await database.ping();
      throw error;
    });
  if (!found || isBanned(found.user)) return null;
  const { id, email } = found.user;
  return { userId: id, email, isOperator: isOperator(found.user) };
}
