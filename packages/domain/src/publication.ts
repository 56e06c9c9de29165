export const publicationStatuses = [
  "draft",
  "preparing",
  "scheduled",
  "waiting",
  "uploading",
  "processing",
  "needs_review",
  "published",
  "delivered",
  "failed",
  "canceled",
] as const;
export type PublicationStatus = (typeof publicationStatuses)[number];

export const waitReasons = [
  "budget",
  "cap",
  "hold",
  "paused",
  "backoff",
  "token_refreshing",
  "account_needs_reconnect",
  "asking_platform",
] as const;
export type WaitReason = (typeof waitReasons)[number];

/** Everything that can happen to a publication. Facts beside the status are columns, written with the event. */
export type PublicationEvent =
  | { readonly type: "media_ready"; readonly due: boolean }
  | { readonly type: "edited"; readonly becomes: "preparing" | "scheduled" | "waiting" }
  | { readonly type: "started" }
  | { readonly type: "held"; readonly reason: Exclude<WaitReason, "asking_platform"> }
  | { readonly type: "intent_saved" }
  | { readonly type: "accepted_by_platform" }
  | { readonly type: "refused"; readonly reason: Exclude<WaitReason, "asking_platform"> }
  | { readonly type: "did_not_happen" }
  | { readonly type: "published" }
  | { readonly type: "permalink_found" }
  | { readonly type: "delivered" }
  | { readonly type: "failed" }
  | { readonly type: "review_needed" }
  | { readonly type: "canceled" }
  | { readonly type: "resolved_published" }
  | { readonly type: "resolved_not_published" }
  | { readonly type: "retried"; readonly becomes: "preparing" | "scheduled" | "waiting" };
export type PublicationEventType = PublicationEvent["type"];

type Row = {
  readonly [Type in PublicationEventType]?: (event: Extract<PublicationEvent, { type: Type }>) => PublicationStatus;
};

const to =
  <Status extends PublicationStatus>(status: Status) =>
  (): Status =>
    status;
const edited = (event: { becomes: "preparing" | "scheduled" | "waiting" }) => event.becomes;

/** Which event is legal in which status, and what follows. `failed` is left only by a person's retry. */
export const transitions: { readonly [Status in PublicationStatus]: Row } = {
  draft: { edited, canceled: to("canceled") },
  preparing: {
    media_ready: (event) => (event.due ? "waiting" : "scheduled"),
    edited,
    failed: to("failed"),
    canceled: to("canceled"),
  },
  scheduled: { started: to("uploading"), edited, held: to("waiting"), failed: to("failed"), canceled: to("canceled") },
  waiting: { started: to("uploading"), edited, held: to("waiting"), failed: to("failed"), canceled: to("canceled") },
  uploading: {
    held: to("waiting"),
    intent_saved: to("processing"),
    failed: to("failed"),
    canceled: to("canceled"),
  },
  processing: {
    accepted_by_platform: to("processing"),
    refused: to("waiting"),
    did_not_happen: to("waiting"),
    published: to("published"),
    delivered: to("delivered"),
    failed: to("failed"),
    review_needed: to("needs_review"),
  },
  needs_review: {
    published: to("published"),
    resolved_published: to("published"),
    resolved_not_published: to("failed"),
  },
  published: { permalink_found: to("published") },
  delivered: { published: to("published"), permalink_found: to("delivered") },
  failed: { retried: edited },
  canceled: {},
};

export type Transition =
  | { readonly ok: true; readonly status: PublicationStatus }
  | { readonly ok: false; readonly from: PublicationStatus; readonly event: PublicationEventType };

/** The status that follows `event` in `from`; `ok: false` where the table has no such event. Never throws. */
export function transition(from: PublicationStatus, event: PublicationEvent): Transition {
  const follow = transitions[from][event.type] as ((event: PublicationEvent) => PublicationStatus) | undefined;
  return follow ? { ok: true, status: follow(event) } : { ok: false, from, event: event.type };
}

/** Final: nothing of ours moves it any more; only a person (retry) or the platform's own word adds to it. */
export function isFinal(status: PublicationStatus): boolean {
  return status === "published" || status === "delivered" || status === "failed" || status === "canceled";
}

/** What `editable` in the API means, of the stored row alone (a live lease is judged by the database's clock). */
export function isEditable(row: {
  status: PublicationStatus;
  leased: boolean;
  hasCheckpoint: boolean;
  hasIntent: boolean;
}): boolean {
  const open = ["draft", "preparing", "scheduled", "waiting"].includes(row.status);
  return open && !row.leased && !row.hasCheckpoint && !row.hasIntent;
}

/** What `cancelable` in the API means: nothing irrevocable was begun. */
export function isCancelable(row: { status: PublicationStatus; hasIntent: boolean }): boolean {
  return ["draft", "preparing", "scheduled", "waiting", "uploading"].includes(row.status) && !row.hasIntent;
}
