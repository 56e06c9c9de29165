import cliProgress from "cli-progress";

export interface Progress {
  /** `fraction` 0-1 of `step`; `note` stands behind the bar. */
  at(step: string, fraction: number, note?: string): void;
  /** Safe to call twice. */
  stop(): void;
}

/** A bar for each of `steps` on a terminal; elsewhere a plain line when a step begins and when it is done. */
export function createProgress(steps: readonly string[], terminal: boolean, say: (line: string) => void): Progress {
  return terminal ? bars(steps) : lines(say);
}

function bars(steps: readonly string[]): Progress {
  const width = Math.max(...steps.map((step) => step.length));
  const multi = new cliProgress.MultiBar({
    format: "  {step} [{bar}] {percentage}% {note}",
    barCompleteChar: "█",
    barIncompleteChar: "░",
    barsize: 30,
    hideCursor: true,
    gracefulExit: false,
    emptyOnZero: true,
  });
  const made = new Map(steps.map((step) => [step, multi.create(100, 0, { step: step.padEnd(width), note: "" })]));
  let isStopped = false;
  return {
    at: (step, fraction, note = "") => made.get(step)?.update(Math.round(fraction * 100), { note }),
    stop: () => {
      // Stopping draws them once more.
      if (!isStopped) multi.stop();
      isStopped = true;
    },
  };
}

function lines(say: (line: string) => void): Progress {
  const begun = new Set<string>();
  const done = new Set<string>();
  return {
    at: (step, fraction, note = "") => {
      if (!begun.has(step)) say(`  ${step} …`);
      begun.add(step);
      if (fraction < 1 || done.has(step)) return;
      done.add(step);
      say(`  ${step} done${note === "" ? "" : ` (${note})`}`);
    },
    stop: () => undefined,
  };
}
