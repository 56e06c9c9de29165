import { isDeepStrictEqual } from "node:util";
import { Queue } from "bullmq";
import { openProducerConnection, queuePrefix, type RedisSettings } from "../connection.ts";
import type { JobDefinition } from "../define-job.ts";

/** Throws unless a job of `definition` is in Redis, in any state, whose payload holds every field of `match`. */
export async function expectEnqueued<Payload extends object>(
  redis: RedisSettings,
  definition: JobDefinition<Payload>,
  match: Partial<Payload>,
): Promise<void> {
  const connection = openProducerConnection(redis);
  await new Promise((resolve, reject) => connection.once("ready", resolve).once("close", reject));
  const queue = new Queue(definition.name, { connection, prefix: queuePrefix(redis, definition.name) });
  try {
    const payloads = (await queue.getJobs()).map((job) => job.data as Record<string, unknown>);
    const isMatch = (payload: Record<string, unknown>) =>
      Object.entries(match).every(([key, value]) => isDeepStrictEqual(payload[key], value));
    if (!payloads.some(isMatch)) {
      throw new Error(`no ${definition.name} with ${JSON.stringify(match)} among ${JSON.stringify(payloads)}`);
    }
  } finally {
    await queue.close();
    connection.disconnect();
  }
}
