import { z } from "zod";

export const endpoints = [
  "authorize",
  "token",
  "revoke",
  "user_info",
  "video_list",
  "video_query",
  "creator_info",
  "video_init",
  "upload",
  "status",
] as const;
export type Endpoint = (typeof endpoints)[number];

const mode = z.discriminatedUnion("name", [
  /** The platform's own refusal; `{token}` in the message echoes the token that was presented. */
  z.object({
    name: z.literal("refuse"),
    code: z.string(),
    httpStatus: z.int().default(400),
    message: z.string().default(""),
  }),
  /** The answer comes late: after the effect, or (`before`) both do. */
  z.object({ name: z.literal("delay"), ms: z.number().nonnegative(), before: z.boolean().default(false) }),
  z.object({ name: z.literal("dropBeforeEffect") }),
  z.object({ name: z.literal("dropAfterEffect") }),
  z.object({
    name: z.literal("errorBeforeEffect"),
    status: z.int().default(502),
    body: z.enum(["json", "html", "empty"]).default("html"),
  }),
  z.object({
    name: z.literal("errorAfterEffect"),
    status: z.int().default(502),
    body: z.enum(["json", "html", "empty"]).default("html"),
  }),
  /** Half of the answer, then the connection ends. */
  z.object({ name: z.literal("truncate") }),
  /** The effect happens; the answer waits for `world.release()`. */
  z.object({ name: z.literal("hold") }),
]);

/** The one list of what can go wrong, as data. */
export const faultShape = z.object({
  endpoint: z.enum(endpoints),
  mode: z.union([
    mode,
    z.enum(["dropBeforeEffect", "dropAfterEffect", "truncate", "hold"]).transform((name) => ({ name })),
  ]),
  /** How often it strikes. */
  times: z.int().positive().default(1),
  /** It lets occasions pass and strikes at every so manieth that fits. */
  every: z.int().positive().default(1),
  openId: z.string().optional(),
  chunk: z.union([z.int().nonnegative(), z.enum(["last", "notLast"])]).optional(),
});
export type Fault = z.output<typeof faultShape>;
export type FaultInput = z.input<typeof faultShape>;
export type FaultMode = Fault["mode"];

export interface Occasion {
  readonly endpoint: Endpoint;
  readonly openId: string | null;
  readonly chunk: { readonly index: number; readonly isLast: boolean } | null;
}

/** Faults that wait for their occasion, in the order they were added. */
export class Faults {
  #waiting: { fault: Fault; left: number; seen: number }[] = [];

  add(input: FaultInput): void {
    const fault = faultShape.parse(input);
    this.#waiting.push({ fault, left: fault.times, seen: 0 });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The first fault that fits, used up once; null when nothing is to go wrong. */
  take(occasion: Occasion): FaultMode | null {
    const found = this.#waiting.find((waiting) => {
      if (!fits(waiting.fault, occasion)) return false;
      waiting.seen += 1;
      return waiting.seen % waiting.fault.every === 0;
    });
    if (!found) return null;
    found.left -= 1;
    if (found.left === 0) this.#waiting = this.#waiting.filter((other) => other !== found);
    return found.fault.mode;
  }
}

function fits(fault: Fault, occasion: Occasion): boolean {
  if (fault.endpoint !== occasion.endpoint) return false;
  if (fault.openId !== undefined && fault.openId !== occasion.openId) return false;
  if (fault.chunk === undefined) return true;
  if (!occasion.chunk) return false;
  if (fault.chunk === "last") return occasion.chunk.isLast;
  return fault.chunk === "notLast" ? !occasion.chunk.isLast : fault.chunk === occasion.chunk.index;
}
