import type { Request, Response } from "express";
import { apiError, empty, htmlPage, oauthError, type Answer } from "./answer.ts";
import { wrongRequestPage } from "./pages/consent-page.ts";
import type { FaultMode, Occasion } from "./scenario.ts";
import type { World } from "./world.ts";

export interface Served {
  readonly occasion: Occasion;
  /** Does the effect and decides the answer. */
  readonly run: () => Promise<Answer> | Answer;
  /** The token that was presented, for refusals that echo it. */
  readonly presented: string;
}

/** Runs a route with the fault that waits for this occasion, if any, and logs the call. */
export async function serve(world: World, request: Request, response: Response, served: Served): Promise<void> {
  const { occasion } = served;
  const mode = world.faults.take(occasion);
  const early = mode && beforeEffect(world, mode, served);
  if (early === "drop") return drop(world, request, occasion, null);
  if (mode?.name === "delay" && mode.before) await wait(mode.ms, response);
  const answer = early ?? (await served.run());
  if (mode) return await afterEffect(world, mode, request, response, served, answer);
  if (response.destroyed) lose(world, served);
  send(world, response, occasion, answer);
}

function beforeEffect(world: World, mode: FaultMode, served: Served): Answer | "drop" | null {
  switch (mode.name) {
    case "refuse":
      return refuse(world, mode, served);
    case "dropBeforeEffect":
      return "drop";
    case "errorBeforeEffect":
      return broken(world, served.occasion, mode.status, mode.body);
    case "delay":
    case "dropAfterEffect":
    case "errorAfterEffect":
    case "truncate":
    case "hold":
      return null;
  }
  return mode satisfies never;
}

async function afterEffect(
  world: World,
  mode: FaultMode,
  request: Request,
  response: Response,
  served: Served,
  answer: Answer,
): Promise<void> {
  const { occasion } = served;
  switch (mode.name) {
    case "dropAfterEffect":
      lose(world, served);
      return drop(world, request, occasion, answer);
    case "truncate":
      lose(world, served);
      return truncate(world, request, response, occasion, answer);
    case "errorAfterEffect":
      lose(world, served);
      return send(world, response, occasion, broken(world, occasion, mode.status, mode.body));
    case "hold":
      await world.held();
      break;
    case "delay":
      if (!mode.before) await wait(mode.ms, response);
      break;
    case "refuse":
    case "dropBeforeEffect":
    case "errorBeforeEffect":
      break;
    default:
      mode satisfies never;
  }
  if (response.destroyed) lose(world, served);
  send(world, response, occasion, answer);
}

function lose(world: World, { occasion, presented }: Pick<Served, "occasion" | "presented">): void {
  if (occasion.endpoint === "token") world.tokens.loseAnswer(presented);
}

/** As this endpoint words a refusal. */
function refuse(world: World, mode: FaultMode & { name: "refuse" }, { occasion, presented }: Served): Answer {
  const message = mode.message.replaceAll("{token}", presented);
  switch (occasion.endpoint) {
    case "authorize":
      return htmlPage(mode.httpStatus, wrongRequestPage(mode.code));
    case "token":
    case "revoke":
      return oauthError(world, mode.code, message, mode.httpStatus);
    case "upload":
      return { ...empty(mode.httpStatus, {}, mode.code), body: message };
    case "user_info":
    case "video_list":
    case "video_query":
    case "creator_info":
    case "video_init":
    case "status":
      return apiError(world, mode.httpStatus, mode.code, message);
  }
  return occasion.endpoint satisfies never;
}

/** What a gateway, or a platform out of order, says. */
function broken(world: World, { endpoint }: Occasion, status: number, body: "json" | "html" | "empty"): Answer {
  if (body === "html") return htmlPage(status, `<html><body><h1>${status} from the gateway</h1></body></html>`);
  if (body === "empty") return empty(status);
  return endpoint === "token" || endpoint === "revoke"
    ? oauthError(world, "server_error", "", status)
    : apiError(world, status, "internal_error", "");
}

function send(world: World, response: Response, occasion: Occasion, answer: Answer): void {
  record(world, occasion, answer, response.destroyed);
  if (response.destroyed) return;
  response.status(answer.status).set({ "content-type": answer.contentType, ...answer.headers });
  response.end(answer.body);
}

function truncate(world: World, request: Request, response: Response, occasion: Occasion, answer: Answer): void {
  record(world, occasion, answer, true);
  const bytes = Buffer.from(answer.body);
  response
    .status(answer.status)
    .set({ "content-type": answer.contentType, "content-length": String(Math.max(2, bytes.length)) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy());
}

function drop(world: World, request: Request, occasion: Occasion, answer: Answer | null): void {
  record(world, occasion, answer, true);
  request.socket.destroy();
}

function record(world: World, occasion: Occasion, answer: Answer | null, dropped: boolean): void {
  world.record({
    endpoint: occasion.endpoint,
    openId: occasion.openId,
    httpStatus: answer?.status ?? 0,
    code: answer?.code ?? null,
    dropped,
  });
}

async function wait(ms: number, response: Response): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
