import { createMediaAddresses, type MediaAddresses } from "@reelay/storage";
import type { ApiDeps } from "../deps.ts";

/** Signs and checks the public addresses of media. */
export function mediaAddresses({ config, now }: Pick<ApiDeps, "config" | "now">): MediaAddresses {
  const publicUrl = config.MEDIA_PUBLIC_URL ?? `${config.PUBLIC_URL}/media`;
  return createMediaAddresses({ secret: config.BETTER_AUTH_SECRET, publicUrl, now });
}
