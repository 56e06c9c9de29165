/** Kills the process group that `pid` leads, or the process alone where it leads none. A dead one is fine. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, "SIGKILL");
      return;
    } catch {
      continue;
    }
  }
}
