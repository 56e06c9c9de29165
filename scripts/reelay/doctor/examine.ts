import { redact } from "@reelay/runtime";
import { checkMachine } from "./check-machine.ts";
import { checkPostgres } from "./check-postgres.ts";
import { checkRedis } from "./check-redis.ts";
import { checkStorage } from "./check-storage.ts";
import { checkStored } from "./check-stored.ts";
import { checkAddress, checkTiktok } from "./check-tiktok.ts";
import type { DoctorContext } from "./context.ts";
import { bad, type Finding } from "./finding.ts";

/** Every check, side by side; none of them changes anything, and none that fails keeps the others from being told. */
export async function examine(context: DoctorContext): Promise<Finding[]> {
  const groups = await Promise.all([
    told("machine", () => checkMachine(context)),
    told("Postgres", () => checkDatabase(context)),
    told("Redis", () => checkRedis(context)),
    told("storage", () => checkStorage(context)),
    told("PUBLIC_URL", () => checkAddress(context)),
    told("TikTok", () => checkTiktok(context)),
  ]);
  return groups.flat();
}

async function checkDatabase(context: DoctorContext): Promise<Finding[]> {
  const { findings, isReachable } = await checkPostgres(context);
  const isMigrated = isReachable && findings.every(({ check, state }) => check !== "migrations" || state === "good");
  return [...findings, ...(await told("stored", () => checkStored(context, isMigrated)))];
}

async function told(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const why = String(redact(error instanceof Error ? error.message : String(error)));
    return [
      bad(check, `could not be looked at: ${why}`, "If the lines above do not explain it, report it as a defect."),
    ];
  }
}
