// npm passes on the Ctrl-C that the terminal has given us already: two that come together are one.
const togetherMs = 500;

export interface StopSignals {
  readonly first: AbortSignal;
  /** Ends this process after `work` when a person asks a second time. */
  onSecond(work: () => void): void;
}

/** SIGINT, SIGTERM and SIGHUP as one wish to stop, from now on. */
export function stopSignals(): StopSignals {
  const first = new AbortController();
  let firstAt: number | undefined;
  let atSecond: () => void = () => undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        first.abort();
      } else if (performance.now() - firstAt > togetherMs) {
        atSecond();
        process.exit(130);
      }
    });
  }
  return {
    first: first.signal,
    onSecond: (work) => {
      atSecond = work;
    },
  };
}
