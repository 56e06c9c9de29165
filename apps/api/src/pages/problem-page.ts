import { failures, type Failure } from "@reelay/domain";
import type { Request, Response } from "express";
import { languageOf } from "../middleware/language.ts";
import { messagePage } from "./message-page.ts";
import { sendPage } from "./send-page.ts";
import { textsOf } from "./texts.ts";

/** What went wrong, told to a person in the words of the failure registry; the status is already set. */
export function sendProblemPage(req: Request, res: Response, failure: Failure): void {
  const language = languageOf(req);
  const texts = textsOf(language);
  const title = failure.code.startsWith("oauth_") ? texts.notConnected : texts.problem;
  const body = messagePage({
    title,
    text: failures[failure.code].public[language],
    goOn: { href: `/?lang=${language}`, text: texts.home },
    reference: { name: texts.reference, id: String(res.locals["requestId"]) },
  });
  sendPage(req, res, { title, body, signedIn: false });
}
