import { Failure } from "@reelay/domain";
import type { Platform, Platforms } from "./platform.ts";

/** The platforms that this process knows, by name. */
export function createPlatforms(list: readonly Platform[]): Platforms {
  const byName = new Map<string, Platform>(list.map((platform) => [platform.name, platform]));
  return {
    for(name) {
      const platform = byName.get(name);
      if (!platform) throw new Failure("internal", { internal: `this process was not given the platform ${name}` });
      return platform;
    },
  };
}
