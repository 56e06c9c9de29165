import { readFileSync } from "node:fs";

export interface MemoryWatch {
  /** Resident bytes when the watch began, and the most since. */
  end(): { readonly beforeBytes: number; readonly mostBytes: number };
}

const sampleEveryMs = 10;

/** Samples what process `pid` holds in memory until `end`. */
export function watchMemory(pid: number): MemoryWatch {
  const beforeBytes = residentBytes(pid);
  let mostBytes = beforeBytes;
  const sample = () => void (mostBytes = Math.max(mostBytes, residentBytes(pid)));
  const timer = setInterval(sample, sampleEveryMs);
  return {
    end() {
      clearInterval(timer);
      sample();
      return { beforeBytes, mostBytes };
    },
  };
}

/** https://docs.kernel.org/filesystems/proc.html, `VmRSS` in kB, read 2026-11-25. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (found === null) throw new Error(`process ${pid} has no memory`);
  return Number(found[1]) * 1_024;
}
