export { emptyRedis } from "./empty-redis.ts";
export { expectEnqueued } from "./expect-enqueued.ts";
export { performJob } from "./perform-job.ts";
