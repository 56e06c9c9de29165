// Control characters, marks that turn the reading direction, half surrogate pairs.
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

const maxLength = 200;

/** The name a file was sent with, for people to read only: printable, without a path, at most 200 characters. */
export function fileNameOf(sent: string): string {
  const base = sent.split(/[/\\]/).at(-1) ?? "";
  const printable = base.replaceAll(unprintable, "").trim();
  // A cut must not leave half of a surrogate pair.
  return printable.slice(0, maxLength).replace(/\p{Surrogate}$/u, "") || "file";
}
