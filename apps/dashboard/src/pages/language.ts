import type { Request } from "express";

export type Language = "en" | "fr";

/** `?lang=` if it is one of ours, else what the browser prefers, else English. */
export function languageOf(req: Request): Language {
  const asked = req.query["lang"];
  if (asked === "en" || asked === "fr") return asked;
  return req.acceptsLanguages("en", "fr") === "fr" ? "fr" : "en";
}
