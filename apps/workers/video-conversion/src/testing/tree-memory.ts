import { readdirSync, readFileSync } from "node:fs";

export interface TreeMemory {
  /** The most that the process and all below it were seen to hold since the last call, in bytes. */
  most(): number;
  end(): void;
}

const sampleEveryMs = 20;

/** Watches what a process and its descendants hold in memory together. */
export function watchTree(root: number): TreeMemory {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, residentOfTree(root))), sampleEveryMs);
  return {
    most() {
      const seen = Math.max(most, residentOfTree(root));
      most = 0;
      return seen;
    },
    end: () => clearInterval(timer),
  };
}

/** https://docs.kernel.org/filesystems/proc.html: the parent is the second field after the name, VmRSS is in kB. */
function residentOfTree(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /\) \S (\d+)/.exec(read(`/proc/${name}/stat`))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (pid: number): boolean => pid === root || (parents.has(pid) && isBelow(parents.get(pid) ?? 0));
  let bytes = 0;
  for (const pid of parents.keys()) {
    if (!isBelow(pid)) continue;
    bytes += 1_024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
  }
  return bytes;
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
