import type { Request, Response } from "express";
import { languageOf, type Language } from "../middleware/language.ts";
import { layout, type Page } from "./layout.ts";

/** Answers with a whole page in the asker's language. */
export function sendPage(
  req: Request,
  res: Response,
  page: Omit<Page, "language" | "nonce" | "otherLanguageHref">,
): void {
  const language = languageOf(req);
  const document = layout({
    ...page,
    language,
    nonce: String(res.locals["nonce"]),
    otherLanguageHref: otherLanguageHref(req, language),
  });
  res.set("Cache-Control", "no-store").vary("Accept-Language").type("html").send(document);
}

// A callback's query is used up: its page is not asked for again.
function otherLanguageHref(req: Request, language: Language): string {
  const other = language === "fr" ? "en" : "fr";
  const next =
    typeof req.query["next"] === "string" && req.path === "/sign-in"
      ? `&next=${encodeURIComponent(req.query["next"])}`
      : "";
  return `${req.path === "/sign-in" ? "/sign-in" : "/"}?lang=${other}${next}`;
}
