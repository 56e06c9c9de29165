import { createAuth, type AuthOptions } from "./create-auth.ts";
import type { IdentityDatabase, PrismaLike } from "./identity-database.ts";
import { randomKey } from "./random-key.ts";
import { randomBytes } from "node:crypto";

export interface FirstLoginWish {
  readonly email: string;
  /** At least 8 characters; one is made when absent. */
  readonly password?: string;
  /** At least 64 characters; one is made when absent. Only its hash is stored. */
  readonly apiKey?: string;
}

/** Told once: the password and the key cannot be read again. */
export interface FirstLogin {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
  readonly workspaceId: string;
}

const bootstrapLock = 7_205_398;

/**
 * Makes the first person (an operator), the first workspace and its key, all in one transaction, so that a start that
 * dies in between leaves nothing. Null when somebody exists already; of several at once one makes them.
 */
export async function bootstrap(
  database: IdentityDatabase,
  options: Omit<AuthOptions, "prisma">,
  wish: FirstLoginWish,
): Promise<FirstLogin | null> {
  return await database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${bootstrapLock}::bigint)`;
    const [people] = await tx.$queryRaw<{ exist: boolean }[]>`select exists (select 1 from "user") as exist`;
    if (people?.exist) return null;
    const login = {
      email: wish.email,
      password: wish.password ?? randomBytes(12).toString("base64url"),
      apiKey: wish.apiKey ?? randomKey(),
    };
    const { api } = createAuth({ ...options, prisma: tx, givenKey: login.apiKey });
    const { user } = await api.createUser({
      body: { email: login.email, password: login.password, name: "Operator", role: "admin" },
    });
    const { id: workspaceId, name } = await api.createOrganization({
      body: { name: "My workspace", slug: "my-workspace", userId: user.id },
    });
    await api.createApiKey({ body: { organizationId: workspaceId, userId: user.id, name: "First key" } });
    await insertWorkspace(tx, workspaceId, name);
    return { ...login, workspaceId };
  });
}

/** Last in its transaction: from here on it may write workspaces, and no longer identity's tables. */
async function insertWorkspace(tx: PrismaLike, id: string, name: string): Promise<void> {
  await tx.$executeRaw`select set_config('role', 'reelay_system', true)`;
  await tx.$executeRaw`insert into workspaces (id, name) values (${id}::uuid, ${name})`;
}
