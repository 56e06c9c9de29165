export interface Place {
  readonly where: string;
  readonly text: string;
}

const leastRun = 16;

/** Every place that holds one of `secrets`, plain or in one of the disguises of `disguisesOf`. */
export function findLeaks(secrets: readonly string[], places: Iterable<Place>): string[] {
  const needles = secrets.flatMap((secret) => disguisesOf(secret).map((needle) => ({ secret, needle })));
  const leaks: string[] = [];
  for (const { where, text } of places) {
    for (const { secret, needle } of needles) {
      const at = text.indexOf(needle);
      if (at >= 0) leaks.push(`${where}: ${secret} as …${text.slice(Math.max(0, at - 80), at + needle.length)}`);
    }
  }
  return leaks;
}

/**
 * How a secret may look: as it is, in base64 and base64url at any of the three alignments, in hexadecimal, percent-encoded
 * (with or without what `encodeURIComponent` leaves alone), JSON-escaped; and its runs of letters and digits that are
 * too long to be found by chance, which most other encodings leave as it is.
 */
export function disguisesOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString("hex");
  const escaped = encodeURIComponent(secret);
  const every = escaped.replaceAll(/[!'()*.~-]/g, percent);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    ...new Set([
      secret,
      ...[0, 1, 2].flatMap((shift) => [base64At(secret, shift, "base64"), base64At(secret, shift, "base64url")]),
      hex,
      hex.toUpperCase(),
      escaped,
      every,
      every.replaceAll(/%../g, (code) => code.toLowerCase()),
      json,
      [...secret].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
      ...longRuns(secret),
    ]),
  ];
}

/** The part of base64 text that depends on `secret` alone when it begins `shift` bytes into a group of three. */
function base64At(secret: string, shift: number, encoding: "base64" | "base64url"): string {
  const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)])
    .toString(encoding)
    .replaceAll("=", "");
  const bytes = shift + Buffer.byteLength(secret);
  return text.slice(Math.ceil((shift * 8) / 6), Math.floor((bytes * 8) / 6));
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function longRuns(secret: string): string[] {
  return (secret.match(/[A-Za-z0-9]+/g) ?? []).filter((run) => run.length >= leastRun);
}
