import { Failure } from "@reelay/domain";

/**
 * Whether an upload address given by the platform may be used. `*.domain` allows https on the default port of hosts
 * below it whose first label begins with `upload` or `open-upload`; `host:port` allows exactly that host, http too.
 * Throws `upload_url_blocked`; the address itself stays out of the failure, since its query is a secret.
 */
export function assertUploadAddress(address: string, allowedHosts: readonly string[]): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url && url.username === "" && url.password === "" && allowedHosts.some((pattern) => allows(pattern, url)))
    return url;
  throw new Failure("upload_url_blocked", {
    internal: `upload address on ${url ? `${url.protocol}//${url.host}` : "no host"}`,
  });
}

function allows(pattern: string, url: URL): boolean {
  const isHttps = url.protocol === "https:";
  if (!pattern.startsWith("*.")) {
    const hasPort = pattern.includes(":");
    return url.host === pattern && (isHttps || (hasPort && url.protocol === "http:"));
  }
  const firstLabel = url.hostname.split(".")[0] ?? "";
  return isHttps && url.port === "" && url.hostname.endsWith(pattern.slice(1)) && /^(open-)?upload/.test(firstLabel);
}
