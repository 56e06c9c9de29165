import type { Access, CallStep, PublicationFacts, StepResult } from "../platform.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { TiktokConnection } from "./connection.ts";

export interface PerformCall {
  readonly connection: TiktokConnection;
  readonly step: CallStep;
  readonly facts: PublicationFacts;
  readonly access: Access;
  readonly signal: AbortSignal;
}

export type Advanced = Extract<StepResult, { outcome: "advanced" }>;

export function advanced(checkpoint: Checkpoint, journal: StepResult["journal"]): Advanced {
  return { outcome: "advanced", checkpoint, journal };
}
