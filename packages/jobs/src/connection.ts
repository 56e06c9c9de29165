import { Redis } from "ioredis";

export interface RedisSettings {
  readonly url: string;
  /** Before every key; one installation, or one test, has its own. */
  readonly keyPrefix: string;
}

/** For who enqueues: fails fast when Redis is down and within 2 s when it is frozen. */
export function openProducerConnection(settings: RedisSettings): Redis {
  return quiet(
    new Redis(settings.url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: 2_000,
      connectTimeout: 3_000,
    }),
  );
}

/** For workers: waits for Redis as long as it takes. */
export function openWorkerConnection(settings: RedisSettings): Redis {
  return quiet(new Redis(settings.url, { maxRetriesPerRequest: null, connectTimeout: 3_000 }));
}

// Without a listener ioredis prints every failed reconnect; the workers and /readyz say it in our own words.
function quiet(redis: Redis): Redis {
  redis.on("error", () => undefined);
  return redis;
}

/** One hash tag per queue, so that a cluster spreads queues and keeps each on one node. */
export function queuePrefix(settings: RedisSettings, queue: string): string {
  return `{${settings.keyPrefix}:${queue}}`;
}
