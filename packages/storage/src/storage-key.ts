import { Failure } from "@reelay/domain";

const segment = "[a-z0-9_-][a-z0-9_.-]*";
const keyPattern = new RegExp(`^${segment}(/${segment})*$`);
const maxKeyLength = 512;

/** Segments of `[a-z0-9_.-]` between slashes; none begins with a dot, so no key leads out of the storage. */
export function isStorageKey(text: string): boolean {
  return text.length <= maxKeyLength && keyPattern.test(text);
}

export function requireStorageKey(key: string): string {
  if (!isStorageKey(key))
    throw new Failure("internal", { internal: `not a storage key: ${JSON.stringify(key.slice(0, 80))}` });
  return key;
}
