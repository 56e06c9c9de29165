import type { Times } from "@reelay/runtime";
import { createPlatforms } from "./create-platforms.ts";
import type { Platforms } from "./platform.ts";
import { createTiktok } from "./tiktok/create-tiktok.ts";

/** As every process's environment names them. */
export interface PlatformSettings {
  readonly TIKTOK_CLIENT_KEY: string;
  readonly TIKTOK_CLIENT_SECRET: string;
  readonly TIKTOK_WWW_URL: string;
  readonly TIKTOK_API_URL: string;
  readonly TIKTOK_UPLOAD_HOSTS: readonly string[];
}

/** Every platform of this installation; nothing is called yet. */
export function openPlatforms(settings: PlatformSettings, times: Times): Platforms {
  const tiktok = createTiktok({
    clientKey: settings.TIKTOK_CLIENT_KEY,
    clientSecret: settings.TIKTOK_CLIENT_SECRET,
    wwwUrl: settings.TIKTOK_WWW_URL,
    apiUrl: settings.TIKTOK_API_URL,
    uploadHosts: settings.TIKTOK_UPLOAD_HOSTS,
    times,
  });
  return createPlatforms([tiktok]);
}
