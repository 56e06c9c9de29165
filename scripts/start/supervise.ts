import type { Child } from "../prepare/child.ts";

export interface Supervised {
  readonly pid: () => number | undefined;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  readonly start: () => Promise<Child>;
  readonly onStart: (child: Child) => void;
  readonly onEnd: (child: Child, how: string) => void;
  readonly restartAfterMs: number;
}

/** Keeps a process of ours running: when it ends and nobody asked for that, it is started again after a moment. */
export async function supervise({ start, onStart, onEnd, restartAfterMs }: SuperviseOptions): Promise<Supervised> {
  const stopping = new AbortController();
  let current: Child | undefined;
  const begin = async () => {
    const child = await start();
    current = child;
    onStart(child);
    return child;
  };
  const first = await begin();
  const loop = (async (child: Child) => {
    for (let running = child; ; running = await begin()) {
      const how = await running.ended;
      onEnd(running, how);
      if (!(await passed(restartAfterMs, stopping.signal))) return;
    }
  })(first);
  return {
    pid: () => (current?.hasEnded() ? undefined : current?.pid),
    kill: (signal) => current?.kill(signal),
    stop: async () => {
      stopping.abort();
      await current?.stop();
      await loop;
    },
  };
}

/** false: `signal` fired before. */
function passed(afterMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const end = (hasPassed: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      resolve(hasPassed);
    };
    const aborted = () => end(false);
    const timer = setTimeout(() => end(true), afterMs);
    signal.addEventListener("abort", aborted);
  });
}
