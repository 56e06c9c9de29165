import { z } from "zod";

interface Finder {
  findOne(query: { model: string; where: { field: string; value: string }[] }): Promise<unknown>;
}

const membership = z.object({ organizationId: z.uuid() }).nullable();

/** A new session begins in the workspace of its person. */
export async function startInOwnWorkspace<S extends { userId: string }>(
  session: S,
  context: { context: { adapter: Finder } } | null,
): Promise<{ data: S & { activeOrganizationId: string | null } }> {
  const member = membership.parse(
    (await context?.context.adapter.findOne({
      model: "member",
      where: [{ field: "userId", value: session.userId }],
    })) ?? null,
  );
  return { data: { ...session, activeOrganizationId: member?.organizationId ?? null } };
}
