import { failures, type Failure } from "@reelay/domain";
import type { Request, Response } from "express";
import { languageOf } from "./language.ts";
import { markup } from "./markup.ts";
import { sendPage } from "./send-page.ts";
import { textsOf } from "./texts.ts";

/** What went wrong, told in the words of the failure registry; the status is already set. */
export function sendProblemPage(req: Request, res: Response, failure: Failure): void {
  const language = languageOf(req);
  const texts = textsOf(language);
  const body = markup`<div class="card" role="status">
    <h1>${texts.problem}</h1>
    <p>${failures[failure.code].public[language]}</p>
    <p><a class="button" href="/?lang=${language}">${texts.home}</a></p>
  </div>`;
  sendPage(req, res, { title: texts.problem, body });
}
