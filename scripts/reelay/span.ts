const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** `3 h`, `45 s`, `364 d`: the largest unit of which there are at least two, rounded down; `0 s` for less than a second. */
export function formatSpan(ms: number): string {
  const [unit, unitMs] = units.find(([, unitMs]) => ms >= 2 * unitMs) ?? ["s", 1_000];
  return `${Math.floor(ms / unitMs)} ${unit}`;
}

/** `in 3 h`, `3 h ago`; empty for what never was. */
export function formatExpiry(inMs: number | null): string {
  if (inMs === null) return "";
  return inMs < 0 ? `${formatSpan(-inMs)} ago` : `in ${formatSpan(inMs)}`;
}

export function formatAgo(ms: number | null): string {
  return ms === null ? "never" : `${formatSpan(Math.max(0, ms))} ago`;
}
