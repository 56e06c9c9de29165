import { failures } from "@reelay/domain";

const hidden = "[redacted]";
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What BullMQ itself says of a job. */
const bullmqReasons = new Set(["job stalled more than allowable limit", "job started more than allowable limit"]);

/** A payload as operators may see it: ids, numbers and flags. Nothing else belongs into one, and nothing else is shown. */
export function showPayload(payload: unknown): unknown {
  if (payload === null || payload === undefined) return payload;
  if (typeof payload !== "object" || Array.isArray(payload)) return hidden;
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, isPlain(value) ? value : hidden]));
}

/** Why a job failed: a code of ours, or BullMQ's own sentence. */
export function showReason(reason: string | null | undefined): string | undefined {
  if (reason === null || reason === undefined || reason === "") return undefined;
  return Object.hasOwn(failures, reason) || bullmqReasons.has(reason) ? reason : hidden;
}

/** What a job answered or reported: a number, or nothing that is shown. */
export function showValue(value: unknown): unknown {
  return value === null || value === undefined || typeof value === "number" ? value : hidden;
}

function isPlain(value: unknown): boolean {
  if (typeof value === "number" || typeof value === "boolean" || value === null) return true;
  return typeof value === "string" && uuid.test(value);
}
