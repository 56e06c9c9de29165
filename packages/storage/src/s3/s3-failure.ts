import { Failure } from "@reelay/domain";

const missing = new Set(["NoSuchKey", "NotFound"]);
/** MinIO, Ceph and others have words of their own. */
const full = new Set(["QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage"]);

/** The name by which S3 calls an error, or that of the network's. */
export function s3ErrorName(error: unknown): string {
  const { name, code, Code, cause } = error as Partial<Record<"name" | "code" | "Code" | "cause", unknown>>;
  for (const word of [Code, code, name]) if (typeof word === "string" && word !== "Error") return word;
  // The SDK wraps what the network says.
  return cause === undefined ? String(error) : s3ErrorName(cause);
}

export function s3Status(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** What a failed call means to us. The SDK's error is not kept as a cause: it carries the whole answer and its socket. */
export function s3Failure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const name = s3ErrorName(error);
  const status = s3Status(error);
  const internal = `s3: ${name}${status === undefined ? "" : ` (${status})`}`;
  if (missing.has(name)) return new Failure("media_bytes_missing", { internal });
  if (full.has(name) || status === 507) return new Failure("storage_full", { internal });
  return new Failure("storage_unavailable", { internal });
}
