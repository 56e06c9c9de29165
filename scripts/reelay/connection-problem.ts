const byCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: "does not listen there",
  ENOTFOUND: "has a host name that nobody knows",
  EAI_AGAIN: "has a host name that could not be looked up",
  ECONNRESET: "breaks the connection off",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
  ETIMEDOUT: "does not answer in time",
  CERT_HAS_EXPIRED: "shows a certificate that has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "shows a certificate that nobody vouches for",
  SELF_SIGNED_CERT_IN_CHAIN: "shows a certificate that nobody vouches for",
  // Of Postgres
  "28P01": "refuses the password",
  "28000": "refuses this user",
  "3D000": "has no database of that name",
  "57P03": "is starting or stopping",
  "53300": "has no connection left",
};

// Of Redis, as the first word of what it says.
const byWord: Readonly<Record<string, string>> = {
  WRONGPASS: "refuses the password",
  NOAUTH: "wants a password",
  LOADING: "is still loading its data",
};

const late = /timed? ?out|does not answer/i;

/** Why a server could not be used, as the end of a sentence that begins with its name; null: for another reason. */
export function connectionProblem(error: unknown): string | null {
  if (typeof error !== "object" || error === null) return null;
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  const text = typeof message === "string" ? message : "";
  const word = byWord[text.split(" ")[0] ?? ""];
  if (typeof code === "string" && byCode[code] !== undefined) return byCode[code];
  if (word !== undefined) return word;
  if (late.test(text)) return "does not answer in time";
  return cause === undefined ? null : connectionProblem(cause);
}
