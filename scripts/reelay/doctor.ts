import { exitCodes, type Call, type Command } from "./command.ts";
import { examine } from "./doctor/examine.ts";
import type { Finding } from "./doctor/finding.ts";
import { findInstallation, type Installation } from "./installation.ts";
import type { Terminal } from "./terminal.ts";
import { hang } from "./wrap.ts";

const limitMs = 3_000;
const marks = { good: ["✓", "green"], bad: ["✗", "red"], open: ["–", "dim"] } as const;

export const doctorCommand: Command = {
  name: "doctor",
  usage: "[--json]",
  summary:
    "Looks for what is wrong with this set-up and says how to mend it; changes nothing. Exit code 1 when something is wrong.",
  options: { json: { type: "boolean", says: "print {ok, findings} as JSON" } },
  words: [0, 0],
  run: async (call) => {
    const here = findInstallation(call.root, call.env);
    const findings = await examine({
      root: call.root,
      here,
      platform: process.platform,
      nodeVersion: process.versions.node,
      nowMs: Date.now,
      limitMs,
    });
    const wrong = findings.filter(({ state }) => state === "bad").length;
    if (call.flag("json")) call.terminal.say(JSON.stringify({ ok: wrong === 0, findings }));
    else show(call, here, findings, wrong);
    return wrong === 0 ? exitCodes.done : exitCodes.wrong;
  },
};

function show({ terminal }: Call, here: Installation, findings: readonly Finding[], wrong: number): void {
  terminal.say(`${subject(here)}\n`);
  for (const line of findingLines(findings, terminal)) terminal.say(line);
  terminal.say(
    `\n${wrong === 0 ? "Nothing is wrong." : wrong === 1 ? "One thing is wrong." : `${wrong} things are wrong.`}`,
  );
}

function subject({ pid, apiUrl, directory, env }: Installation): string {
  if (pid !== null) return `Reelay runs in ${directory} (process ${pid})${apiUrl === undefined ? "" : `, ${apiUrl}`}.`;
  return env["DATABASE_URL"]
    ? "The installation that the environment describes."
    : `Nothing runs in ${directory}: \`npm start\` starts it.`;
}

/** ✓, ✗ or – with what was found, and on the next line what to do; no wider than the terminal. */
export function findingLines(findings: readonly Finding[], terminal: Pick<Terminal, "width" | "paint">): string[] {
  const names = Math.max(...findings.map(({ check }) => check.length));
  const indent = " ".repeat(names + 4);
  return findings.flatMap(({ check, state, says, fix }) => {
    const [mark, colour] = marks[state];
    const line = `${terminal.paint(colour, mark)} ${check.padEnd(names)}  ${hang(says, terminal.width, indent.length)}`;
    return fix === null ? [line] : [line, `${indent}→ ${hang(fix, terminal.width, indent.length + 2)}`];
  });
}
