import { tiktokLimits } from "./tiktok-limits.ts";

export interface ChunkPlan {
  readonly sizeBytes: number;
  readonly chunkBytes: number;
  readonly count: number;
}

export interface Chunk {
  readonly index: number;
  /** Offsets of the first and last byte, inclusive. */
  readonly first: number;
  readonly last: number;
  readonly isLast: boolean;
}

/** Our own sizes: small enough that the irrevocable last call is short and a resume is worth something. */
export const chunkSizes = {
  singleBelowBytes: 10_485_760,
  smallUpToBytes: 52_428_800,
  smallBytes: 5_242_880,
  largeBytes: 10_000_000,
} as const;

/**
 * How a file of `sizeBytes` is cut: equal chunks, the rest in the last one (TikTok: count = floor(size / chunk)).
 * Throws RangeError for sizes that cannot be uploaded (0, not whole, over the platform's limit).
 */
export function planChunks(
  sizeBytes: number,
  sizes: typeof chunkSizes | { [K in keyof typeof chunkSizes]: number } = chunkSizes,
): ChunkPlan {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1 || sizeBytes > tiktokLimits.video.maxBytes) {
    throw new RangeError(`cannot upload a file of ${sizeBytes} bytes`);
  }
  if (sizeBytes < sizes.singleBelowBytes) return { sizeBytes, chunkBytes: sizeBytes, count: 1 };
  const chunkBytes = sizeBytes <= sizes.smallUpToBytes ? sizes.smallBytes : sizes.largeBytes;
  return { sizeBytes, chunkBytes, count: Math.floor(sizeBytes / chunkBytes) };
}

/** Chunk `index` of the plan. Throws RangeError outside 0..count-1. */
export function chunkOf(plan: ChunkPlan, index: number): Chunk {
  if (!Number.isInteger(index) || index < 0 || index >= plan.count)
    throw new RangeError(`no chunk ${index} of ${plan.count}`);
  const isLast = index === plan.count - 1;
  const first = index * plan.chunkBytes;
  return { index, first, last: isLast ? plan.sizeBytes - 1 : first + plan.chunkBytes - 1, isLast };
}

/** The chunk that begins after `acknowledgedBytes`; null when every byte is acknowledged. Bytes inside a chunk do not count. */
export function nextChunk(plan: ChunkPlan, acknowledgedBytes: number): Chunk | null {
  if (acknowledgedBytes >= plan.sizeBytes) return null;
  return chunkOf(plan, Math.min(plan.count - 1, Math.floor(acknowledgedBytes / plan.chunkBytes)));
}

/** Longest time one chunk may take: 30 s and the time its bytes need at 256 kB/s. */
export function chunkTimeoutMs(bytes: number): number {
  return 30_000 + Math.ceil((bytes / 256_000) * 1000);
}
