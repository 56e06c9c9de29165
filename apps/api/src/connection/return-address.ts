import { Failure } from "@reelay/domain";

/**
 * Where the browser may go after connecting: a path of ours or an http(s) address on our own or an allowed origin, compared
 * after parsing. Throws `return_to_not_allowed`.
 */
export function returnAddress(returnTo: string, publicUrl: string, allowedOrigins: readonly string[]): string {
  const own = new URL(publicUrl).origin;
  if (!URL.canParse(returnTo, publicUrl)) throw new Failure("return_to_not_allowed");
  const url = new URL(returnTo, publicUrl);
  const allowed = url.origin === own || (/^https?:$/.test(url.protocol) && allowedOrigins.includes(url.origin));
  if (!allowed || url.username !== "" || url.password !== "") throw new Failure("return_to_not_allowed");
  return url.href;
}
