import { S3Client } from "@aws-sdk/client-s3";
import { Failure } from "@reelay/domain";
import { s3Failure } from "./s3-failure.ts";

export interface S3Settings {
  /** Absent: Amazon's own, by region. */
  readonly endpoint?: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly forcePathStyle: boolean;
}

export interface S3Times {
  /** For a whole call, its tries included, … */
  readonly callMs: number;
  /** … and so much longer as what it carries takes at this rate. */
  readonly slowestBytesPerMs: number;
  /** How long a body that is being read may say nothing. */
  readonly idleMs: number;
}

export const s3Times: S3Times = { callMs: 30_000, slowestBytesPerMs: 256, idleMs: 30_000 };

type Run<T> = (s3: S3Client, options: { abortSignal: AbortSignal }) => Promise<T>;
interface Bounds {
  readonly signal?: AbortSignal | undefined;
  /** What the call carries. */
  readonly bytes?: number;
}

export interface Bucket {
  readonly name: string;
  readonly times: S3Times;
  /** One bounded call. Throws the signal's reason, or Failure `media_bytes_missing`, `storage_full`, `storage_unavailable`. */
  call<T>(run: Run<T>, bounds?: Bounds): Promise<T>;
  /** The same with the SDK's own errors. */
  attempt<T>(run: Run<T>, bounds?: Bounds): Promise<T>;
}

const connectMs = 5_000;
/** Named exception to "no retries outside the job runner" (decision 0007): S3 answers 503 SlowDown and expects to be asked again. */
const tries = 3;

export function openBucket(settings: S3Settings, times: S3Times = s3Times): Bucket {
  const s3 = new S3Client({
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
    region: settings.region,
    forcePathStyle: settings.forcePathStyle,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    maxAttempts: tries,
    // Older servers store the trailers of newer checksums as part of the object.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // It would open a new connection for every part.
    expectContinueHeader: false,
    requestHandler: { connectionTimeout: connectMs },
  });
  const attempt: Bucket["attempt"] = async (run, { signal, bytes = 0 } = {}) => {
    signal?.throwIfAborted();
    const late = new AbortController();
    const limitMs = times.callMs + bytes / times.slowestBytesPerMs;
    const timer = setTimeout(() => late.abort(), limitMs);
    try {
      return await run(s3, { abortSignal: AbortSignal.any(signal ? [signal, late.signal] : [late.signal]) });
    } catch (error) {
      signal?.throwIfAborted();
      if (!late.signal.aborted) throw error;
      throw new Failure("storage_unavailable", { internal: `s3: no answer within ${Math.round(limitMs)} ms` });
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    name: settings.bucket,
    times,
    attempt,
    async call(run, bounds) {
      try {
        return await attempt(run, bounds);
      } catch (error) {
        bounds?.signal?.throwIfAborted();
        throw s3Failure(error);
      }
    },
  };
}
