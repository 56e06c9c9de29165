import { Redis } from "ioredis";
import type { RedisSettings } from "./connection.ts";

export interface RedisFacts {
  /** `redis` or `valkey`, with the version of its own. */
  readonly server: string;
  /** The version of Redis whose commands it has. */
  readonly version: string;
  readonly maxmemoryPolicy: string;
  readonly appendOnly: boolean;
  readonly usedBytes: number;
  /** 0: no limit. */
  readonly maxBytes: number;
}

/** Looks at the Redis behind `settings` and changes nothing; throws when it does not answer within `limitMs`. */
export async function inspectRedis(settings: Pick<RedisSettings, "url">, limitMs: number): Promise<RedisFacts> {
  const redis = new Redis(settings.url, {
    lazyConnect: true,
    connectTimeout: limitMs,
    commandTimeout: limitMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // What a failed connect rejects with says only that it is closed; the reason comes as an event.
  let reason: Error | undefined;
  redis.on("error", (error) => (reason = error));
  try {
    await redis.connect();
    return factsOf(await redis.info());
  } catch (error) {
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}

// INFO and not CONFIG GET, which servers that others run refuse.
function factsOf(info: string): RedisFacts {
  const fields = new Map(
    info.split("\r\n").map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const text = (name: string) => fields.get(name) ?? "";
  const version = text("redis_version");
  const valkey = fields.get("valkey_version");
  return {
    server: valkey === undefined ? `redis ${version}` : `valkey ${valkey}`,
    version,
    maxmemoryPolicy: text("maxmemory_policy"),
    appendOnly: text("aof_enabled") === "1",
    usedBytes: Number(text("used_memory")),
    maxBytes: Number(text("maxmemory")),
  };
}
