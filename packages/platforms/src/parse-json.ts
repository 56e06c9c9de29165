import { parse } from "lossless-json";

/** JSON in which whole numbers beyond 2^53 stay exact, as strings (TikTok sends 19-digit ids as bare numbers). */
export function parseJson(text: string): unknown {
  return parse(text, null, (digits) => {
    const value = Number(digits);
    return /^-?\d+$/.test(digits) && !Number.isSafeInteger(value) ? digits : value;
  });
}
