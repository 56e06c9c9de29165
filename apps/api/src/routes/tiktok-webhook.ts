import { receiveWebhook } from "@reelay/database";
import { Failure } from "@reelay/domain";
import { confirmRemoval } from "@reelay/jobs";
import { parseTiktokWebhook, verifyTiktokSignature, type TiktokWebhook } from "@reelay/platforms";
import { currentContext } from "@reelay/runtime";
import express, { Router } from "express";
import type { ApiConfig } from "../config.ts";
import type { ApiDeps } from "../deps.ts";
import { sendConstantProblem } from "../middleware/problem.ts";

/** TikTok's are a few hundred bytes. */
const maxBodyBytes = 256 * 1024;

/**
 * `POST /webhooks/tiktok`: verified on the raw bytes, stored once, answered. Whatever was understood is 200, so that TikTok
 * does not repeat it for three days; what could not be stored is 503, so that it does.
 */
export function tiktokWebhookRoutes(deps: ApiDeps): Router {
  const router = Router();
  const rawBody = express.raw({ type: () => true, limit: maxBodyBytes, inflate: false });
  router.post("/webhooks/tiktok", rawBody, async (req, res) => {
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
    const verdict = verifyTiktokSignature({
      header: req.get("tiktok-signature"),
      rawBody: body,
      secrets: secretsOf(deps.config),
      now: deps.now(),
    });
    const webhook = verdict.ok ? parseTiktokWebhook(body) : null;
    const isForeign = webhook !== null && webhook.clientKey !== deps.config.TIKTOK_CLIENT_KEY;
    if (!verdict.ok || isForeign) {
      note({ webhook: "refused", webhook_problem: verdict.ok ? "client_key" : verdict.why });
      sendConstantProblem(res, new Failure("webhook_refused"));
      return;
    }
    if (webhook) await take(deps, webhook, body);
    else note({ webhook: "not_understood" });
    res.json({});
  });
  return router;
}

function secretsOf({ TIKTOK_CLIENT_SECRET: secret, TIKTOK_CLIENT_SECRET_PREVIOUS: previous }: ApiConfig): string[] {
  return previous === undefined ? [secret] : [secret, previous];
}

async function take(deps: ApiDeps, webhook: TiktokWebhook, raw: Buffer): Promise<void> {
  note({ webhook_event: webhook.event });
  if (webhook.purpose === "ignore" || webhook.openId === null) return;
  const isEvidence = webhook.purpose === "evidence";
  const received = await receiveWebhook(deps.database, {
    platform: "tiktok",
    dedupeKey: webhook.dedupeKey,
    event: webhook.event,
    externalAccountId: webhook.openId,
    handle: isEvidence ? null : webhook.publishId,
    raw,
  });
  note({ webhook: received.outcome });
  if (received.outcome !== "stored") return;
  const { webhookId, matched } = received;
  note({ webhook_id: webhookId, matched });
  if (received.woke) deps.notifier.notifyDue();
  // Nothing waits for Redis: without it the sweep finds the row.
  if (isEvidence) deps.queues.enqueue(confirmRemoval, { webhookId }, webhookId).catch(() => undefined);
}

function note(fields: Record<string, unknown>): void {
  const context = currentContext();
  if (context) Object.assign(context.fields, fields);
}
