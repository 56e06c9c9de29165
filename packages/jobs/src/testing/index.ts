export { expectEnqueued } from "./expect-enqueued.ts";
export { performJob } from "./perform-job.ts";
