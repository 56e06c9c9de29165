// Rules: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide, read 2026-11-22. "MB" is read as the
// smaller of 10^6 and 2^20 for the least and as the larger for the most, so that both readings pass.
const leastBytes = 5_000_000;
const mostBytes = 67_108_864;
const lastMostBytes = 134_217_728;
const mostVideoBytes = 4_294_967_296;

export interface ChunkPlan {
  readonly videoSize: number;
  readonly chunkSize: number;
  readonly totalChunkCount: number;
}

/** The platform's message when an upload plan breaks a rule; null when it keeps them all. */
export function chunkProblem(plan: ChunkPlan): string | null {
  const { videoSize, chunkSize, totalChunkCount } = plan;
  const whole = [videoSize, chunkSize, totalChunkCount].every((value) => Number.isSafeInteger(value) && value > 0);
  if (!whole || videoSize > mostVideoBytes) return "The request source info is empty or incorrect";
  if (chunkSize > videoSize) return "The chunk size is invalid";
  if (totalChunkCount !== Math.floor(videoSize / chunkSize) || totalChunkCount > 1_000)
    return "The total chunk count is invalid";
  if (totalChunkCount === 1)
    return chunkSize === videoSize && videoSize <= mostBytes ? null : "The chunk size is invalid";
  const last = videoSize - chunkSize * (totalChunkCount - 1);
  return chunkSize < leastBytes || chunkSize > mostBytes || last > lastMostBytes ? "The chunk size is invalid" : null;
}

export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

export function parseContentRange(header: string | undefined): ContentRange | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(header ?? "");
  if (!match) return null;
  const [first, last, total] = match.slice(1).map(Number);
  return first === undefined || last === undefined || total === undefined || last < first
    ? null
    : { first, last, total };
}
