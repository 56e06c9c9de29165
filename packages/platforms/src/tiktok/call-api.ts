import { Failure } from "@reelay/domain";
import type { z } from "zod";
import { sendRequest, type HttpAnswer } from "../http.ts";
import { parseJson } from "../parse-json.ts";
import type { Journal } from "../platform.ts";
import type { TiktokConnection } from "./connection.ts";
import { apiErrors, dispositionOf, failureFrom } from "./failures.ts";
import { apiEnvelope, parseAnswer } from "./schemas.ts";

export interface ApiCall<Schema extends z.ZodType> {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly accessToken: string;
  readonly body?: object;
  readonly schema: Schema;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * One call of the API. Success is 2xx *and* `error.code` "ok"; never the status alone. Throws the failure that TikTok's
 * code stands for, `platform_error` for answers that are not TikTok's envelope, `platform_contract_broken` for missing fields.
 */
export async function callApi<Schema extends z.ZodType>(
  connection: TiktokConnection,
  call: ApiCall<Schema>,
): Promise<{ data: z.infer<Schema>; journal: Journal }> {
  const method = call.method ?? "POST";
  const answer = await sendRequest({
    method,
    url: connection.apiUrl + call.path,
    headers: {
      Authorization: `Bearer ${call.accessToken}`,
      ...(method === "POST" && { "Content-Type": "application/json; charset=UTF-8" }),
    },
    ...(method === "POST" && { body: JSON.stringify(call.body ?? {}) }),
    timeoutMs: call.timeoutMs,
    signal: call.signal,
  });
  const { error, data } = readEnvelope(answer, call.path);
  if (error.code !== "ok") {
    throw failureFrom(dispositionOf(apiErrors, error.code), { ...error, httpStatus: answer.status });
  }
  if (!isSuccess(answer.status)) throw noAnswer(answer, call.path);
  const journal = { httpStatus: answer.status, platformCode: error.code, platformLogId: error.logId ?? null };
  return { data: parseAnswer(call.schema, data, `answer of ${call.path}`), journal };
}

function readEnvelope(answer: HttpAnswer, path: string): z.infer<typeof apiEnvelope> {
  const json = readJson(answer, path);
  const envelope = apiEnvelope.safeParse(json);
  if (envelope.success) return envelope.data;
  if (!isSuccess(answer.status)) throw noAnswer(answer, path);
  return parseAnswer(apiEnvelope, json, `answer of ${path}`);
}

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Throws `platform_error`: something between us and TikTok answered, or half of an answer arrived. */
export function readJson(answer: HttpAnswer, path: string): unknown {
  try {
    return parseJson(answer.text);
  } catch {
    throw noAnswer(answer, path);
  }
}

export function noAnswer(answer: HttpAnswer, path: string): Failure {
  const details = {
    httpStatus: answer.status,
    internal: `${path} answered ${answer.status} with something that is not TikTok's`,
  };
  return answer.status === 429
    ? new Failure("platform_rate_limited", { ...details, retryAfterMs: 60_000 })
    : new Failure("platform_error", details);
}
