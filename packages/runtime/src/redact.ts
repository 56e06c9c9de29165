const secretKey = /(authorization|cookie|password|secret|token|api_?key|code_?verifier|upload_?url|^code$|^state$)/i;
const harmlessKey = /(lease_?token|token_?type|status_?code|token_?refreshing)/i;
// TikTok's token prefixes, our API keys, bearer headers, and secrets in query strings; also percent-encoded.
const secretText = [
  /\b(?:act|rft|clt)(?:\.|%2[eE])[A-Za-z0-9._~!*%-]{4,}/g,
  /\brly_[A-Za-z0-9_-]{8,}/g,
  /\bBearer\s+[^\s"']+/gi,
  /\b(access_token|refresh_token|client_secret|upload_token|code|code_verifier|state|token|password)=[^&\s"']+/gi,
  /\b(rediss?|postgres(?:ql)?):\/\/[^@\s/]+@/gi,
];

/** A copy of `value` without secrets: by key, and by what texts look like. Errors become name, code, message and cause. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string")
    return secretText.reduce((text, pattern) => text.replace(pattern, "[redacted]"), value);
  if (value === null || typeof value !== "object") return typeof value === "bigint" ? value.toString() : value;
  if (depth > 6) return "[deep]";
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value) || ArrayBuffer.isView(value)) return "[bytes]";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const secret =
        secretKey.test(key) && !harmlessKey.test(key) && (typeof item === "string" || typeof item === "object");
      return [key, secret && item !== null ? "[redacted]" : redact(item, depth + 1)];
    }),
  );
}

function redactError(error: Error, depth: number): unknown {
  const { name, message, stack, cause } = error;
  const code = (error as { code?: unknown }).code;
  return {
    name,
    ...(code !== undefined && { code: redact(code, depth + 1) }),
    message: redact(message, depth + 1),
    ...(stack !== undefined && { stack: redact(stack, depth + 1) }),
    ...(cause !== undefined && { cause: redact(cause, depth + 1) }),
  };
}
