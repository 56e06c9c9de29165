/** Programs that take a child's rights away, by absolute path; null where the system has none (prlimit on macOS). */
export interface SandboxTools {
  readonly env: string;
  readonly prlimit: string | null;
  readonly setsid: string | null;
  /** The command that takes the network away, where this user may use it. */
  readonly unshare: readonly string[] | null;
}

export interface ChildLimits {
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
  readonly fileBytes: number;
  readonly openFiles: number;
}

/** Address space, not resident memory: shared libraries, threads' stacks and x264's frames together stay far below. */
export const childLimits = {
  probe: { memoryBytes: 2 ** 31, cpuSeconds: 20, fileBytes: 2 ** 20, openFiles: 64 },
  convert: { memoryBytes: 2 ** 32, cpuSeconds: 12 * 3_600, fileBytes: 2 ** 33, openFiles: 64 },
} as const satisfies Record<string, ChildLimits>;

/** A command line that runs `program` with an empty environment, without network, in a process group of its own, within limits. */
export function sandboxed(
  program: string,
  tools: SandboxTools,
  limits: ChildLimits,
): { command: string; args: string[] } {
  const args = ["-i"];
  if (tools.setsid !== null) args.push(tools.setsid);
  if (tools.prlimit !== null) {
    args.push(tools.prlimit, `--as=${limits.memoryBytes}`, `--cpu=${limits.cpuSeconds}`, `--fsize=${limits.fileBytes}`);
    args.push(`--nofile=${limits.openFiles}`, "--core=0", "--");
  }
  return { command: tools.env, args: [...args, ...(tools.unshare ?? []), program] };
}
