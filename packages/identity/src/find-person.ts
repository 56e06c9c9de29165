import type { IncomingHttpHeaders } from "node:http";
import { fromNodeHeaders } from "better-auth/node";
import type { Auth } from "./create-auth.ts";
import type { IdentityDatabase } from "./identity-database.ts";
import type { UserPrincipal } from "./principal.ts";

/** The person whose session cookie came, or null. Throws when Postgres is away. */
export async function findPerson(
  auth: Auth,
  database: IdentityDatabase,
  headers: IncomingHttpHeaders,
): Promise<UserPrincipal | null> {
  const found = await auth.api
    .getSession({ headers: fromNodeHeaders(headers), query: { disableRefresh: true } })
    .catch(async (error: unknown) => {
      await database.ping();
      throw error;
    });
  if (!found || isBanned(found.user)) return null;
  const { session, user } = found;
  if (!session.activeOrganizationId) return null;
  // The session outlives a membership.
  const [member] = await database.prisma.$queryRaw<{ role: string }[]>`
    select role from member where user_id = ${user.id}::uuid and organization_id = ${session.activeOrganizationId}::uuid`;
  if (!member) return null;
  return {
    kind: "user",
    userId: user.id,
    sessionId: session.id,
    workspaceId: session.activeOrganizationId,
    role: member.role,
    isOperator: isOperator(user),
  };
}

export function isOperator(user: { role?: string | null | undefined }): boolean {
  return (user.role ?? "").split(",").includes("admin");
}

export function isBanned(user: { banned?: boolean | null | undefined; banExpires?: Date | null | undefined }): boolean {
  return user.banned === true && (!user.banExpires || user.banExpires > new Date());
}
