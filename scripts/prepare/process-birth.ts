import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** When the process `pid` began, as text to compare, or null if there is none: a pid alone may be somebody else's by now. */
export function processBirth(pid: number): string | null {
  try {
    if (process.platform !== "linux")
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
