import { Failure } from "@reelay/domain";
import { s3ErrorName, s3Status } from "./s3-failure.ts";

/** What stands in the way of using a bucket, and what its operator can do, in sentences. */
export interface BucketProblem {
  readonly says: string;
  readonly fix: string;
}

const keys = "Correct S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.";
const rights = "Allow this key to list the bucket, and to get, put and delete objects and abort uploads in it.";
const problems: Readonly<Record<string, (bucket: string) => BucketProblem>> = {
  NoSuchBucket: (bucket) => ({
    says: `there is no bucket ${bucket}`,
    fix: "Run `npm run reelay -- storage setup`, or make it at your provider, or correct S3_BUCKET.",
  }),
  InvalidAccessKeyId: () => ({ says: "the server does not know this access key", fix: keys }),
  SignatureDoesNotMatch: () => ({ says: "the secret does not belong to this access key", fix: keys }),
  AccessDenied: (bucket) => ({ says: `this key may not use the bucket ${bucket}`, fix: rights }),
  PermanentRedirect: (bucket) => ({ says: `the bucket ${bucket} is in another region`, fix: "Correct S3_REGION." }),
  AuthorizationHeaderMalformed: () => ({ says: "the server expects another region", fix: "Correct S3_REGION." }),
  RequestTimeTooSkewed: () => ({ says: "the clocks of the server and of this machine differ", fix: "Set the clock." }),
  BucketAlreadyExists: (bucket) => ({
    says: `somebody else has a bucket ${bucket} already`,
    fix: "Choose another name for S3_BUCKET.",
  }),
  EntityTooLarge: () => ({
    says: "the bucket takes no objects of this size",
    fix: "Raise its size limit above MEDIA_MAX_BYTES.",
  }),
  InvalidMimeType: () => ({
    says: "the bucket takes certain types only",
    fix: "Let it take every type: Reelay looks into the bytes itself, and stores them as application/octet-stream.",
  }),
};

export function bucketProblem(error: unknown, bucket: string): BucketProblem {
  const known = problems[s3ErrorName(error)] ?? problems[names[s3Status(error) ?? 0] ?? ""];
  if (known) return known(bucket);
  if (s3Status(error) !== undefined)
    return {
      says: `the server answers ${s3ErrorName(error)} (${s3Status(error)})`,
      fix: "Look at what your provider says about it.",
    };
  const why = error instanceof Failure ? "in time" : `(${s3ErrorName(error)})`;
  return { says: `the server does not answer ${why}`, fix: "Correct S3_ENDPOINT, or see that the server runs." };
}

/** For servers with words of their own. */
const names: Readonly<Record<number, string>> = {
  403: "AccessDenied",
  404: "NoSuchBucket",
  413: "EntityTooLarge",
  415: "InvalidMimeType",
};
