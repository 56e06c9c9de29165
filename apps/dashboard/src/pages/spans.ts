import type { Language } from "./language.ts";
import { markup, type Html } from "./markup.ts";

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;

/** A span in its largest unit: "3 min", "2 h". */
export function spanOf(ms: number, language: Language): string {
  const [unit, size] = units.find(([, size]) => ms >= size) ?? units[3];
  const format = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(language === "fr" ? "fr-FR" : "en-GB", format).format(Math.floor(ms / size));
}

export function timeOf(at: Date, language: Language): Html {
  const text = new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  }).format(at);
  return markup`<time datetime="${at.toISOString()}">${text} UTC</time>`;
}
