const marks = "[\\u0300-\\u036f]*";
/** Letters that people type without their accents, or in the other case: Latin, Greek and Cyrillic. */
const alphabets: readonly (readonly [number, number])[] = [
  [0x41, 0x24f],
  [0x370, 0x52f],
  [0x1e00, 0x1fff],
];

/**
 * The pattern of Postgres (an ARE, case and locale of the database do not matter) that finds `text` in a caption as people
 * look for it: in either case, with or without accents, composed or not. Everything else stands for itself.
 */
export function searchPattern(text: string): string {
  const letters = [...text.normalize("NFC")].filter((letter) => !isMark(letter));
  return letters.map((letter) => `${oneOf(alikeOf(letter))}${isLetter(letter) ? marks : ""}`).join("");
}

function alikeOf(letter: string): ReadonlySet<string> {
  const base = baseOf(letter);
  return new Set([letter, ...(alike().get(base) ?? [base, base.toUpperCase()])]);
}

/** The letter without accents, in lower case; what is no letter with accents is itself. */
function baseOf(letter: string): string {
  const [first = letter, ...rest] = letter.normalize("NFD");
  const base = rest.every(isMark) ? first : letter;
  const lower = base.toLowerCase();
  return isOneLetter(lower) ? lower : base;
}

let known: Map<string, string[]> | undefined;
function alike(): Map<string, string[]> {
  if (known) return known;
  known = new Map();
  for (const [from, to] of alphabets) {
    for (let code = from; code <= to; code += 1) {
      const letter = String.fromCodePoint(code);
      if (!isLetter(letter)) continue;
      const base = baseOf(letter);
      known.set(base, [...(known.get(base) ?? []), letter]);
    }
  }
  return known;
}

function oneOf(letters: ReadonlySet<string>): string {
  const single = [...letters].filter(isOneLetter).map(escaped);
  return single.length === 1 ? (single[0] ?? "") : `[${single.join("")}]`;
}

// Of ASCII all but letters and digits means something to Postgres, outside of brackets or within.
function escaped(letter: string): string {
  return /^[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]$/.test(letter) ? `\\${letter}` : letter;
}

function isOneLetter(text: string): boolean {
  return [...text].length === 1;
}

function isLetter(text: string): boolean {
  return /^\p{L}$/u.test(text);
}

function isMark(text: string): boolean {
  return /^[\u0300-\u036f]$/.test(text);
}
