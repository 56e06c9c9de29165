export interface AddressProblem {
  readonly says: string;
  readonly fix: string;
}

const local = new Set(["localhost", "127.0.0.1"]);
const maxLength = 511;

/**
 * Why TikTok would not register this redirect URI, or null.
 * Rules: https://developers.tiktok.com/doc/login-kit-web and login-kit-desktop, read 2026-11-22.
 */
export function redirectUriProblem(uri: string): AddressProblem | null {
  const says = (what: string, fix: string): AddressProblem => ({ says: `TIKTOK_REDIRECT_URI ${what}`, fix });
  const example =
    "Use an address such as https://reelay.example.com/tiktok-callback, and register exactly the same one.";
  if (!URL.canParse(uri)) return says("is no address", example);
  if (uri.length > maxLength) return says(`has ${uri.length} characters, and TikTok takes fewer than 512`, example);
  const url = new URL(uri);
  if (uri.includes("?")) return says("has a query, which TikTok forbids", "Leave out everything from the ? on.");
  if (uri.includes("#")) return says("has a fragment, which TikTok forbids", "Leave out everything from the # on.");
  if (url.username !== "" || url.password !== "")
    return says("holds a user or password", "Leave out everything before the @.");
  if (local.has(url.hostname)) {
    if (!["http:", "https:"].includes(url.protocol)) return says("is neither http nor https", example);
    return /^https?:\/\/[^/]+:\d+/.test(uri)
      ? null
      : says(
          "has no port, which TikTok wants of a desktop app's",
          "Write the port: http://localhost:3002/tiktok-callback.",
        );
  }
  if (url.protocol !== "https:") return says("is not https, which only localhost may be without", example);
  if (!isPublicHost(url.hostname))
    return says(`names the host ${url.hostname}, which TikTok's users cannot reach`, example);
  return null;
}

/** What would not work with this PUBLIC_URL, or null. `port`: where the API of this machine listens. */
export function publicUrlProblem(
  publicUrl: string,
  { port, isProduction }: { port: number; isProduction: boolean },
): AddressProblem | null {
  const url = new URL(publicUrl);
  const says = (what: string, fix: string): AddressProblem => ({ says: `PUBLIC_URL ${what}`, fix });
  if (url.search !== "" || url.hash !== "")
    return says("has a query or fragment", "Leave out everything from the ? or # on.");
  if (local.has(url.hostname)) {
    if (isProduction)
      return says(
        "is localhost, which nobody else can reach",
        "Set it to the https address that people and platforms use.",
      );
    const own = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    return own === port ? null : says(`names port ${own}, but PORT is ${port}`, "Give both the same port.");
  }
  if (url.protocol === "https:") return null;
  return says(
    "is not https: passwords and keys would travel in clear",
    "Put the API behind a proxy with TLS and set PUBLIC_URL to its address.",
  );
}

function isPublicHost(host: string): boolean {
  if (host.startsWith("[")) return false;
  if (/^\d+(\.\d+){3}$/.test(host)) return !/^(0|10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168)\./.test(host);
  return host.includes(".") && !/\.(local|localhost|internal|test|invalid|lan)$/.test(host);
}
