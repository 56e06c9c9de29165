export interface Random {
  /** `length` characters of letters and digits. */
  text(length: number): string;
  digits(length: number): string;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Repeatable for a seed (mulberry32); not for secrets: everything here is a pretence. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pick = (from: string, length: number) =>
    Array.from({ length }, () => from[Math.floor(next() * from.length)]).join("");
  return {
    text: (length) => pick(letters, length),
    digits: (length) => pick("123456789", 1) + pick("0123456789", length - 1),
  };
}
