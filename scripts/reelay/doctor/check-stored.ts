import { inspectKeys, livingWorkers, openDatabase, type Database } from "@reelay/database";
import { allJobs } from "@reelay/jobs";
import { createTimes, databaseConfig, processConfig, vaultConfig } from "@reelay/runtime";
import { join } from "node:path";
import { notStarted, type DoctorContext } from "./context.ts";
import { bad, good, open, readSettings, type Finding } from "./finding.ts";

const keys = "encryption keys";
const workers = "workers";

/** What is read from a database that answers: whether our keys open it, and who works on its queues. */
export async function checkStored(context: DoctorContext, isReachable: boolean): Promise<Finding[]> {
  const settings = readSettings(keys, databaseConfig, context.here.env);
  if (!isReachable || "findings" in settings) {
    const why = notStarted(context) ?? "Postgres has to answer first";
    return [...keySettings(context), open(workers, why)];
  }
  const url = settings.settings.DATABASE_URL;
  const database = openDatabase({ url, maxConnections: 2, transactionTimeoutMs: context.limitMs });
  try {
    return [...(await checkKeys(context, database)), ...(await checkWorkers(context, database))];
  } finally {
    await database.close();
  }
}

function keySettings({ here }: DoctorContext): Finding[] {
  if (!here.hasStarted && !here.env["TOKEN_ENCRYPTION_KEYS"] && here.env["NODE_ENV"] !== "production")
    return [open(keys, "none yet: `npm start` makes them")];
  const read = readSettings(keys, vaultConfig, here.env);
  return "findings" in read ? read.findings : [open(keys, "well formed; Postgres has to answer before they are tried")];
}

async function checkKeys({ here }: DoctorContext, database: Database): Promise<Finding[]> {
  const read = readSettings(keys, vaultConfig, here.env);
  if ("findings" in read) return read.findings;
  const { opens, missing } = await inspectKeys(database, read.settings.TOKEN_ENCRYPTION_KEYS);
  if (opens === false) {
    const fix =
      "Give the keys that this database was started with; without them every account has to be connected again.";
    return [bad(keys, "TOKEN_ENCRYPTION_KEYS do not open what is stored", fix)];
  }
  if (missing.length > 0) {
    const list = missing.map(({ keyId, texts }) => `${keyId} (${texts} tokens)`).join(", ");
    return [
      bad(
        keys,
        `keys that were taken away still seal something: ${list}`,
        "Put them back behind the first key in TOKEN_ENCRYPTION_KEYS.",
      ),
    ];
  }
  return [good(keys, opens === null ? "nothing is sealed yet" : "open what is stored")];
}

async function checkWorkers(context: DoctorContext, database: Database): Promise<Finding[]> {
  const read = readSettings(workers, processConfig, context.here.env);
  if ("findings" in read) return read.findings;
  const living = await livingWorkers(database, createTimes(read.settings.TIME_SCALE).workerAliveMs);
  const consumed = new Set(living.flatMap(({ queues }) => queues));
  const idle = allJobs.map(({ name }) => name).filter((name) => !consumed.has(name));
  if (idle.length === 0) return [good(workers, `${living.length} live; every queue has one`)];
  const fix =
    context.here.pid === null
      ? "Start the worker of these queues; docs/operations.md lists the processes."
      : `Look at the worker's log in ${join(context.here.directory, "logs")}; stop Reelay and start it again.`;
  return [bad(workers, `none lives for ${idle.join(", ")}`, fix)];
}
