import { Failure, type FailureCode } from "@reelay/domain";

/** Says what kind of address it is, never where it leads. */
export function blocked(why: string, code: FailureCode = "media_url_blocked"): Failure {
  return new Failure(code, { internal: why, errors: [{ path: "url", code, message: why }] });
}
