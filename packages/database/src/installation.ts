import { Failure } from "@reelay/domain";
import type { Database } from "./connect.ts";
import type { Vault } from "./vault.ts";

const canaryText = "reelay key canary";
const canaryPlace = { table: "installation", row: "1", column: "key_canary", workspaceId: "" };

/**
 * Refuses (`sealed_unreadable`) when the keys given do not open what this database was sealed with; seals the canary on
 * the first start. Nothing is overwritten by a wrong key.
 */
export async function checkKeys(database: Database, vault: Vault): Promise<void> {
  await database.asSystem(async (tx) => {
    const [row] = await tx.$queryRaw<
      { key_canary: string | null }[]
    >`select key_canary from installation where id = 1 for update`;
    if (row?.key_canary) {
      if (!opensCanary(vault, row.key_canary)) {
        const internal =
          "No key of TOKEN_ENCRYPTION_KEYS opens what this database was sealed with: give the right one.";
        throw new Failure("sealed_unreadable", { internal });
      }
      return;
    }
    await tx.$executeRaw`update installation set key_canary = ${vault.seal(canaryText, canaryPlace)} where id = 1`;
  });
}

/** Whether `vault` opens what the first start sealed. */
export function opensCanary(vault: Vault, canary: string): boolean {
  try {
    return vault.open(canary, canaryPlace) === canaryText;
  } catch {
    return false;
  }
}

/** Smooths the measured upload rate (bytes per second) into the installation's figure. */
export async function recordUploadRate(database: Database, bytesPerSecond: number): Promise<void> {
  await database.asSystem(
    (tx) =>
      tx.$executeRaw`update installation set upload_rate = coalesce(upload_rate * 0.8 + ${bytesPerSecond} * 0.2, ${bytesPerSecond}) where id = 1`,
  );
}
