import { Failure } from "@reelay/domain";

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const missing = new Set(["ENOENT", "ENOTDIR", "EISDIR"]);

export function errorCode(error: unknown): string | undefined {
  // Not instanceof: errors of the file system may come from another realm than ours.
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** A failed write or listing: the operator has to act. */
export function writeFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = errorCode(error);
  return new Failure(code !== undefined && full.has(code) ? "storage_full" : "storage_unavailable", {
    cause: error,
    internal: `storage: ${code ?? String(error)}`,
  });
}

/** A failed read: the object is gone, or the disk is. */
export function readFailure(error: unknown, key: string): Failure {
  const code = errorCode(error);
  if (code !== undefined && missing.has(code))
    return new Failure("media_bytes_missing", { cause: error, internal: `no object ${key}` });
  return writeFailure(error);
}
