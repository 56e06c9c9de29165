import type { Installation } from "../installation.ts";

/** What the checks look at; everything of this machine that a test wants to be otherwise. */
export interface DoctorContext {
  readonly root: string;
  readonly here: Installation;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly nowMs: () => number;
  /** Longest wait for one answer of a server. */
  readonly limitMs: number;
}

/** For what is not there because nothing was started yet, which is no fault. */
export function notStarted({ here }: DoctorContext): string | null {
  if (here.env["NODE_ENV"] === "production" || here.pid !== null) return null;
  return "nothing runs here: `npm start` brings its own";
}
