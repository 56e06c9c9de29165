/** Markup that is safe to send: made by `markup` alone. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/** A template whose every value is escaped, unless it is itself made by `markup`. Attributes must be quoted. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, at) => text + (at < parts.length ? render(parts[at]) : "")).join(""));
}

/** Text of ours, not of others: styles and scripts. */
export function trusted(text: string): Html {
  return new Html(text);
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map((item: Part) => render(item)).join("");
  if (part === null || part === undefined || part === false) return "";
  const text = typeof part === "string" ? part : String(part as number);
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
