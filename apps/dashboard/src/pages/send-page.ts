import type { Request, Response } from "express";
import { visitorOrNull } from "../guards/require-operator.ts";
import { languageOf } from "./language.ts";
import { layout, type Page } from "./layout.ts";

/** Answers with a whole page in the asker's language. */
export function sendPage(req: Request, res: Response, page: Pick<Page, "title" | "body" | "script">): void {
  const language = languageOf(req);
  const onSignIn = req.path === "/sign-in";
  const next = req.query["next"];
  const kept = onSignIn && typeof next === "string" ? `&next=${encodeURIComponent(next)}` : "";
  const document = layout({
    ...page,
    language,
    nonce: String(res.locals["nonce"]),
    otherLanguageHref: `${onSignIn ? "/sign-in" : "/"}?lang=${language === "fr" ? "en" : "fr"}${kept}`,
    email: visitorOrNull(req)?.email ?? null,
  });
  res.set("Cache-Control", "no-store").vary("Accept-Language").type("html").send(document);
}
