import { createHmac } from "node:crypto";
import type { AppRegistration, Upload } from "./world-types.ts";

export interface WebhookSettings {
  /** The one callback address of the app; null: none is sent. */
  url: string | null;
  /** How often each event is sent, though it was received. */
  copies: number;
  /** Keeps events back until `release`. */
  hold: boolean;
  /** Sends one about an upload, and waits for its answer, before the init that made it is answered. */
  beforeInit: boolean;
  postIdAs: "string" | "number";
  /** Each try with a time and signature of its own; else all with those of the first. */
  signsAnew: boolean;
}

export interface SimEvent {
  readonly event: string;
  readonly openId: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface Delivery extends SimEvent {
  readonly body: string;
  readonly createdAt: number;
  dueAt: number;
  /** HTTP status of each try; 0 when no answer came. */
  readonly tries: { readonly at: number; readonly status: number }[];
  state: "waiting" | "delivered" | "dropped";
}

interface Owner {
  readonly now: () => number;
  readonly app: () => AppRegistration;
  readonly changed: () => void;
}

const lookEveryMs = 25;
const answerWithinMs = 10_000;
const firstBackoffMs = 10_000;
const longestBackoffMs = 6 * 60 * 60_000;
const triedForMs = 72 * 60 * 60_000;

/** Sends signed events to the app's callback, one after another, until each is answered with 200 or 72 hours have passed. */
export class Webhooks {
  readonly settings: WebhookSettings = {
    url: null,
    copies: 1,
    hold: false,
    beforeInit: false,
    postIdAs: "string",
    signsAnew: true,
  };
  readonly deliveries: Delivery[] = [];
  readonly #owner: Owner;
  readonly #stopped = new AbortController();
  #sending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** From now on events go to `settings.url`, where there is one. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#sending ??= this.#sendDue().finally(() => (this.#sending = null));
    }, lookEveryMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#stopped.abort();
    await this.#sending;
  }

  /** Something has happened, at `at` by the world's clock. */
  tell(event: SimEvent, at = this.#owner.now()): void {
    if (this.settings.url === null) return;
    for (let copy = 0; copy < this.settings.copies; copy += 1) this.#enter(event, at);
    this.#owner.changed();
  }

  async tellBeforeInit({ publishId, openId }: Upload): Promise<void> {
    if (!this.settings.beforeInit || this.settings.url === null) return;
    const content = { publish_id: publishId, publish_type: "DIRECT_PUBLISH" };
    await this.#send(this.#enter({ event: "post.publish.complete", openId, content }, this.#owner.now()));
  }

  /** Lets go what was kept back, the last first when `reversed`. */
  release({ reversed = false }: { readonly reversed?: boolean } = {}): void {
    this.settings.hold = false;
    if (reversed) this.deliveries.reverse();
  }

  #enter(event: SimEvent, at: number): Delivery {
    const { app, now } = this.#owner;
    const body = bodyOf(event, { clientKey: app().clientKey, at, postIdAs: this.settings.postIdAs });
    const delivery: Delivery = { ...event, body, createdAt: now(), dueAt: at, tries: [], state: "waiting" };
    this.deliveries.push(delivery);
    return delivery;
  }

  async #sendDue(): Promise<void> {
    const isDue = ({ state, dueAt }: Delivery) => state === "waiting" && dueAt <= this.#owner.now();
    for (const delivery of this.deliveries.filter(isDue)) {
      if (this.settings.hold || this.settings.url === null || this.#stopped.signal.aborted) return;
      await this.#send(delivery);
    }
  }

  async #send(delivery: Delivery): Promise<void> {
    const at = this.#owner.now();
    const signedAt = this.settings.signsAnew ? at : delivery.createdAt;
    const status = await this.#post(
      delivery.body,
      signatureOf(delivery.body, signedAt, this.#owner.app().clientSecret),
    );
    delivery.tries.push({ at, status });
    if (status === 200) delivery.state = "delivered";
    else if (at - delivery.createdAt > triedForMs) delivery.state = "dropped";
    else delivery.dueAt = at + Math.min(longestBackoffMs, firstBackoffMs * 2 ** (delivery.tries.length - 1));
    this.#owner.changed();
  }

  async #post(body: string, signature: string): Promise<number> {
    try {
      const response = await fetch(this.settings.url ?? "", {
        method: "POST",
        headers: { "content-type": "application/json", "TikTok-Signature": signature },
        body,
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(answerWithinMs)]),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  }
}

/** `content` is JSON inside a text; TikTok was seen to send `post_id` in it as text, and documents a number. */
function bodyOf(
  { event, openId, content }: SimEvent,
  how: { clientKey: string; at: number; postIdAs: "string" | "number" },
): string {
  const text = JSON.stringify(content);
  return JSON.stringify({
    client_key: how.clientKey,
    event,
    create_time: Math.floor(how.at / 1000),
    user_openid: openId,
    content: how.postIdAs === "string" ? text : text.replace(/"post_id":"(\d+)"/, '"post_id":$1'),
  });
}

function signatureOf(body: string, at: number, secret: string): string {
  const time = Math.floor(at / 1000);
  return `t=${time},s=${createHmac("sha256", secret).update(`${time}.${body}`).digest("hex")}`;
}
