import { openProducerConnection, type RedisSettings } from "../connection.ts";

/** Redis loses everything of one installation, jobs under way included. Returns how many keys there were. */
export async function emptyRedis(redis: RedisSettings): Promise<number> {
  const connection = openProducerConnection(redis);
  await new Promise((resolve, reject) => connection.once("ready", resolve).once("close", reject));
  try {
    const keys = await connection.keys(`{${redis.keyPrefix}:*`);
    if (keys.length > 0) await connection.del(...keys);
    return keys.length;
  } finally {
    connection.disconnect();
  }
}
