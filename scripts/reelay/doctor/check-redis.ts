import { join } from "node:path";
import { inspectRedis, type RedisFacts } from "@reelay/jobs";
import { redact, redisConfig } from "@reelay/runtime";
import { connectionProblem } from "../connection-problem.ts";
import { notStarted, type DoctorContext } from "./context.ts";
import { bad, good, open, readSettings, type Finding } from "./finding.ts";

const check = "Redis";
const oldest = [6, 2] as const;
const fullFrom = 0.7;

export async function checkRedis(context: DoctorContext): Promise<Finding[]> {
  const { here, limitMs } = context;
  const idle = notStarted(context);
  if (!here.env["REDIS_URL"] && idle !== null) return [open(check, idle)];
  const read = readSettings(check, redisConfig, here.env);
  if ("findings" in read) return read.findings;
  const url = read.settings.REDIS_URL;
  try {
    return findingsOf(await inspectRedis({ url }, limitMs));
  } catch (error) {
    const why = connectionProblem(error) ?? `fails: ${String(redact(error instanceof Error ? error.message : error))}`;
    const fix =
      here.pid === null
        ? "Start it, or correct REDIS_URL."
        : `${join(here.directory, "logs", "redis.log")} says more; stop Reelay and start it again.`;
    return [bad(check, `the server at ${new URL(url).host} ${why}`, fix)];
  }
}

function findingsOf(facts: RedisFacts): Finding[] {
  const inConfig = "and write it into redis.conf too";
  const findings = [
    ...(isOld(facts.version)
      ? [bad(check, `${facts.server} is too old`, `Update it to ${oldest.join(".")} or newer.`)]
      : []),
    ...(facts.maxmemoryPolicy === "noeviction"
      ? []
      : [
          bad(
            check,
            `maxmemory-policy is ${facts.maxmemoryPolicy}: when full it throws jobs away`,
            `Run \`CONFIG SET maxmemory-policy noeviction\` in redis-cli, ${inConfig}.`,
          ),
        ]),
    ...(facts.appendOnly
      ? []
      : [
          bad(
            check,
            "appendonly is no: a restart forgets the queues, and what waits is late",
            `Run \`CONFIG SET appendonly yes\` in redis-cli, ${inConfig}.`,
          ),
        ]),
    ...(facts.maxBytes > 0 && facts.usedBytes > facts.maxBytes * fullFrom
      ? [
          bad(
            check,
            `${Math.round((facts.usedBytes / facts.maxBytes) * 100)} % of its memory is used`,
            "Raise maxmemory: when it is full, no job is added and running ones lose their locks.",
          ),
        ]
      : []),
  ];
  return findings.length > 0 ? findings : [good(check, `${facts.server}, noeviction, append-only`)];
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}
