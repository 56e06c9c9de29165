import type { ProblemDetails } from "@reelay/contract";
import { isUnavailable } from "@reelay/database";
import { Failure, failures, hintOf, type FailureCode, type FieldProblem } from "@reelay/domain";
import { currentContext, type Logger } from "@reelay/runtime";
import type { ErrorRequestHandler, Request, Response } from "express";
import { sendProblemPage } from "../pages/problem-page.ts";
import { languageOf } from "./language.ts";

/** Answers every thrown error as RFC 9457 problem details; what is no Failure is our defect and says nothing of itself. */
export function problemResponder(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const failure = classify(error);
    const status = httpStatus(failure.code);
    note(failure, error, status, logger);
    if (res.headersSent) {
      res.destroy();
      return;
    }
    sendProblem(req, res, failure);
  };
}

export function sendProblem(req: Request, res: Response, failure: Failure): void {
  const status = httpStatus(failure.code);
  const { retryAfterMs } = failure.details;
  if (retryAfterMs !== undefined || status === 503)
    res.setHeader("Retry-After", Math.max(1, Math.ceil((retryAfterMs ?? 5_000) / 1_000)));
  if (status === 401) res.setHeader("WWW-Authenticate", "Bearer");
  if (!req.complete && res.locals["drains"] !== true) res.setHeader("Connection", "close");
  res.status(status).setHeader("Cache-Control", "no-store");
  if (isForPeople(req)) {
    sendProblemPage(req, res, failure);
    return;
  }
  res
    .type("application/problem+json")
    .send(JSON.stringify(problemOf(failure, languageOf(req), String(res.locals["requestId"]))));
}

/** The same bytes for everybody: nothing in it helps to find out what was wrong. */
export function sendConstantProblem(res: Response, failure: Failure): void {
  const context = currentContext();
  if (context) Object.assign(context.fields, { failure_code: failure.code, failure_class: failure.who });
  const { requestId: _, ...problem } = problemOf(failure, "en", "");
  res.status(problem.status).set("Cache-Control", "no-store").type("application/problem+json");
  res.send(JSON.stringify(problem));
}

// A browser that follows a link asks for HTML by name; everything else gets JSON.
function isForPeople(req: Request): boolean {
  const isPage = !req.path.startsWith("/api/") || req.path.startsWith("/api/auth/");
  return isPage && req.accepts("json", "html") === "html";
}

export function problemOf(failure: Failure, language: "en" | "fr", requestId: string): ProblemDetails {
  const { code, who, details } = failure;
  const hint = hintOf(code, language);
  const words = code.replaceAll("_", " ");
  return {
    type: `urn:reelay:failure:${code}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status: httpStatus(code),
    code,
    detail: failures[code].public[language],
    who,
    ...(hint !== null && { hint }),
    ...(details.errors && { errors: details.errors.map((error) => inLanguage(error, language)) }),
    requestId,
  };
}

// Field problems that are failures of the registry have its words.
function inLanguage(error: FieldProblem, language: "en" | "fr"): FieldProblem {
  const isRegistered = (code: string): code is FailureCode => Object.hasOwn(failures, code);
  return language === "en" || !isRegistered(error.code)
    ? error
    : { ...error, message: failures[error.code].public[language] };
}

function classify(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isUnavailable(error)) return new Failure("unavailable", { cause: error });
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === "entity.too.large") return new Failure("body_too_large");
  if (type === "encoding.unsupported" || type === "charset.unsupported") return new Failure("unsupported_content_type");
  if (type === "entity.parse.failed") {
    return new Failure("malformed_request", { errors: [{ path: "", code: "invalid_json", message: "is not JSON" }] });
  }
  if (typeof status === "number" && status >= 400 && status < 500)
    return new Failure("malformed_request", { cause: error });
  return new Failure("internal", { cause: error });
}

function note(failure: Failure, error: unknown, status: number, logger: Logger): void {
  const context = currentContext();
  if (context) Object.assign(context.fields, { failure_code: failure.code, failure_class: failure.who });
  if (status >= 500 || failure.who === "operator")
    logger.error("request failed", { request_id: context?.requestId, failure_code: failure.code, error });
}

/** What a failure is on the wire. A new code does not compile until someone decides here. */
export function httpStatus(code: FailureCode): number {
  switch (code) {
    case "malformed_request":
    case "oauth_state_invalid":
    case "oauth_denied":
    case "oauth_code_refused":
    case "return_to_not_allowed":
      return 400;
    case "unauthorized":
    case "webhook_refused":
      return 401;
    case "forbidden":
    case "upload_finished":
      return 403;
    case "not_found":
      return 404;
    case "method_not_allowed":
      return 405;
    case "already_started":
    case "already_being_published":
    case "not_retryable":
    case "not_in_review":
    case "idempotency_in_progress":
    case "media_importing":
    case "upload_offset_conflict":
    case "media_in_use":
    case "rendition_in_use":
    case "account_not_connected":
    case "account_lost":
    case "account_disconnected":
    case "token_refused":
    case "token_revoked":
    case "lost_rotation":
    case "scope_missing":
      return 409;
    case "upload_gone":
      return 410;
    case "body_too_large":
    case "media_too_large":
      return 413;
    case "unsupported_content_type":
      return 415;
    case "unprocessable":
    case "idempotency_key_reused":
    case "media_empty":
    case "media_type_unsupported":
    case "media_unreadable":
    case "media_too_many_pixels":
    case "media_too_complex":
    case "media_rejected":
    case "media_expired":
    case "media_url_blocked":
    case "media_url_refused":
    case "redirect_blocked":
    case "conversion_failed":
    case "conversion_impossible":
    case "conversion_canceled":
    case "caption_too_long":
    case "caption_unpostable":
    case "privacy_level_required":
    case "privacy_level_not_offered":
    case "consent_required":
    case "branded_content_private":
    case "scheduled_in_past":
    case "scheduled_too_far":
    case "media_count":
    case "video_too_long":
    case "target_duplicated":
    case "too_late":
    case "late_decision_needed":
    case "outcome_unknown":
    case "resolved_not_published":
    case "creator_cap_reached":
    case "creator_banned":
    case "content_refused":
    case "media_refused_by_platform":
      return 422;
    case "upload_locked":
      return 423;
    case "too_many_requests":
    case "refreshed_recently":
    case "platform_rate_limited":
      return 429;
    case "conversion_interrupted":
    case "upload_expired":
    case "platform_unreachable":
    case "platform_error":
    case "platform_patience_exhausted":
    case "oauth_client_refused":
    case "oauth_scope_refused":
    case "app_user_cap_reached":
    case "app_unaudited":
    case "media_host_unverified":
    case "platform_app_outdated":
    case "upload_too_slow":
    case "ffmpeg_missing":
    case "storage_unavailable":
    case "unavailable":
      return 503;
    case "quota_exceeded":
    case "storage_full":
      return 507;
    case "platform_contract_broken":
    case "platform_refused_request":
    case "upload_url_blocked":
    case "media_url_unreachable":
      return 502;
    case "media_bytes_missing":
    case "too_many_inits":
    case "no_progress":
    case "sealed_unreadable":
    case "config_invalid":
    case "internal":
      return 500;
    default:
      code satisfies never;
      return 500;
  }
}
