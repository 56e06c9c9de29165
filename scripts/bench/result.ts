export interface BenchCheck {
  readonly name: string;
  readonly measured: string;
  readonly target: string;
  readonly holds: boolean;
}

export interface BenchResult {
  readonly id: string;
  readonly title: string;
  readonly checks: readonly BenchCheck[];
  readonly holds: boolean;
}

/** One line per check: what was measured, what it should be, whether that holds. */
export function tableOf({ id, title, checks, holds }: BenchResult): string {
  const rows = checks.map((check) => [check.name, check.measured, check.target, check.holds ? "holds" : "MISSED"]);
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widthOf(column))).join("  ")}`.trimEnd());
  return [`${id}  ${title}: ${holds ? "holds" : "MISSED"}`, ...lines].join("\n");
}
