import type { World } from "./world.ts";

/** What a route answers: decided, and its effect done, before any fault spoils the way back. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The platform's own code, for the log of calls. */
  readonly code: string | null;
}

const json = "application/json; charset=utf-8";

/** Success envelope: `error` is there, and says ok. `raw` lets numbers through that JSON.stringify would round. */
export function apiOk(world: World, data: Record<string, unknown>, raw: Readonly<Record<string, string>> = {}): Answer {
  let body = JSON.stringify({ data, error: { code: "ok", message: "", log_id: logId(world) } });
  for (const [placeholder, text] of Object.entries(raw)) body = body.replace(JSON.stringify(placeholder), text);
  return { status: 200, body, contentType: json, code: "ok" };
}

/** Failure envelope: no `data`. */
export function apiError(world: World, status: number, code: string, message: string): Answer {
  const written = code === "invalid_params" && world.app.singularInvalidParam ? "invalid_param" : code;
  const body = JSON.stringify({ error: { code: written, message, log_id: logId(world) } });
  return { status, body, contentType: json, code: written };
}

export function oauthOk(world: World, fields: Record<string, unknown>): Answer {
  return {
    status: 200,
    body: JSON.stringify(fields),
    contentType: json,
    code: "ok",
    headers: { "x-tt-logid": logId(world) },
  };
}

/** Flat: here `error` is a text, and the status is not to be trusted. */
export function oauthError(
  world: World,
  error: string,
  description: string,
  status: number = world.app.oauthErrorStatus,
): Answer {
  const id = logId(world);
  const body = JSON.stringify({ error, error_description: description, log_id: id });
  return { status, body, contentType: json, code: error, headers: { "x-tt-logid": id } };
}

export function htmlPage(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, body, contentType: "text/html; charset=utf-8", code: null, headers };
}

export function empty(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  code: string | null = null,
): Answer {
  return { status, body: "", contentType: "text/plain", code, headers };
}

function logId(world: World): string {
  const day = new Date(world.now()).toISOString().slice(0, 10).replaceAll("-", "");
  return `${day}${world.random.digits(6)}${world.random.text(20).toUpperCase()}`;
}
