export { openDiskStorage } from "./disk-storage.ts";
export { isStorageKey } from "./storage-key.ts";
export type { ByteRange, Storage, StoredObject } from "./storage.ts";
