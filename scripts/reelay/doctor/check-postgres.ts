import { join } from "node:path";
import { inspectServer, type MigrationState, type ServerFacts } from "@reelay/database";
import { databaseConfig, redact } from "@reelay/runtime";
import { connectionProblem } from "../connection-problem.ts";
import { clockFinding } from "./clock-finding.ts";
import { notStarted, type DoctorContext } from "./context.ts";
import { bad, good, open, readSettings, type Finding } from "./finding.ts";

const check = "Postgres";
const clockToleranceMs = 2_000;

export async function checkPostgres(context: DoctorContext): Promise<{ findings: Finding[]; isReachable: boolean }> {
  const { here, limitMs, nowMs, root } = context;
  const idle = notStarted(context);
  if (!here.env["DATABASE_URL"] && idle !== null) return { findings: [open(check, idle)], isReachable: false };
  const read = readSettings(check, databaseConfig, here.env);
  if ("findings" in read) return { ...read, isReachable: false };
  const { DATABASE_URL: url, DATABASE_DIRECT_URL: directUrl } = read.settings;
  const migrationsDirectory = join(root, "prisma", "migrations");
  try {
    const facts = await inspectServer({ url: directUrl ?? url, migrationsDirectory, limitMs, nowMs });
    return { findings: findingsOf(facts), isReachable: true };
  } catch (error) {
    const why = connectionProblem(error) ?? `fails: ${String(redact(error instanceof Error ? error.message : error))}`;
    const { host, pathname } = new URL(directUrl ?? url);
    const fix =
      here.pid === null
        ? "Start it, or correct DATABASE_URL."
        : `${join(here.directory, "logs", "postgres.log")} says more; stop Reelay and start it again.`;
    return { findings: [bad(check, `the server at ${host}${pathname} ${why}`, fix)], isReachable: false };
  }
}

function findingsOf(facts: ServerFacts): Finding[] {
  const { role, version } = facts;
  return [
    good(check, version),
    ...roleFindings(facts),
    ...(facts.keepsCommits
      ? []
      : [
          bad(
            "commits",
            "synchronous_commit is off: a crash may lose posts that were accepted",
            "Set synchronous_commit = on in postgresql.conf and reload Postgres.",
          ),
        ]),
    ...migrationFindings(facts.migrations, role),
    clockFinding("clock, Postgres", { aheadMs: facts.clockAheadMs, toleranceMs: clockToleranceMs, of: "Postgres" }),
  ];
}

function roleFindings({ role, seesEverything, roleProblems }: ServerFacts): Finding[] {
  if (!seesEverything && roleProblems.length === 0) return [good("role", `${role} is bound by row-level security`)];
  return [
    ...(seesEverything
      ? [
          bad(
            "role",
            `${role} is a superuser or has BYPASSRLS, so a mistake of ours could show one workspace another's rows`,
            `Run \`ALTER ROLE ${role} NOSUPERUSER NOBYPASSRLS\` as another superuser, or log in as a plain role that owns the database.`,
          ),
        ]
      : []),
    ...roleProblems.map((problem) =>
      bad(
        "role",
        problem,
        `As a superuser: \`ALTER ROLE reelay_app NOSUPERUSER NOBYPASSRLS\`, the same for reelay_system, and \`GRANT reelay_app, reelay_system TO ${role} WITH INHERIT FALSE, SET TRUE\`.`,
      ),
    ),
  ];
}

function migrationFindings({ pending, changed, unfinished, unknown }: MigrationState, role: string): Finding[] {
  const name = "migrations";
  const findings = [
    ...(unfinished.length > 0
      ? [
          bad(
            name,
            `begun and not finished: ${unfinished.join(", ")}`,
            `Run \`npm run reelay -- migrate\`; if it refuses, restore the backup of before (as ${role}) and migrate again.`,
          ),
        ]
      : []),
    ...(changed.length > 0
      ? [
          bad(
            name,
            `applied in another version: ${changed.join(", ")}`,
            "Check out the version of Reelay that this database was migrated with.",
          ),
        ]
      : []),
    ...(unknown.length > 0
      ? [
          bad(
            name,
            `the database is newer than this program: ${unknown.join(", ")}`,
            "Update Reelay to the version that the database was migrated with.",
          ),
        ]
      : []),
    ...(pending.length > 0
      ? [bad(name, `not applied: ${pending.join(", ")}`, "Run `npm run reelay -- migrate`.")]
      : []),
  ];
  return findings.length > 0 ? findings : [good(name, "all applied")];
}
