import { Failure } from "@reelay/domain";

/** Media over a budget of `mediaLimits`. */
export function tooComplex(internal: string): Failure {
  return new Failure("media_too_complex", { internal });
}
