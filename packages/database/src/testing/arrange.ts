import { randomBytes } from "node:crypto";
import type { Database } from "../connect.ts";
import { createGrants, type NewTokens } from "../grants.ts";
import { newId } from "../ids.ts";
import { createVault, type Vault } from "../vault.ts";

/** A vault with a key of its own. */
export function testVault(): Vault {
  return createVault([{ id: "test", key: randomBytes(32) }]);
}

export async function createWorkspace(database: Database, name = "Test"): Promise<{ workspaceId: string }> {
  const workspaceId = newId();
  await database.asSystem(
    (tx) => tx.$executeRaw`insert into workspaces (id, name) values (${workspaceId}::uuid, ${name})`,
  );
  return { workspaceId };
}

export interface TestAccount {
  readonly workspaceId: string;
  readonly platform?: string;
  readonly externalId?: string;
  readonly handle?: string;
  readonly scopes?: readonly string[];
  readonly tokens?: Partial<NewTokens>;
}

/** A connected account with a sealed grant; a fresh external id and obvious test tokens unless given. */
export async function createConnectedAccount(
  deps: { database: Database; vault: Vault },
  account: TestAccount,
): Promise<{ accountId: string }> {
  const accountId = newId();
  const grants = createGrants(deps);
  const scopes = [...(account.scopes ?? ["user.info.basic", "video.publish"])];
  await deps.database.inWorkspace(account.workspaceId, async (tx) => {
    await tx.$executeRaw`
      insert into social_accounts (id, workspace_id, platform, external_id, handle, scopes)
      values (${accountId}::uuid, ${account.workspaceId}::uuid, ${account.platform ?? "tiktok"}, ${account.externalId ?? `test-${accountId}`},
        ${account.handle ?? null}, ${scopes})`;
    await grants.replace(
      tx,
      { id: accountId, workspaceId: account.workspaceId },
      {
        accessToken: "act.test-access",
        refreshToken: "rft.test-refresh",
        accessExpiresInMs: 7_200_000,
        refreshExpiresInMs: 15_552_000_000,
        ...account.tokens,
      },
    );
  });
  return { accountId };
}
