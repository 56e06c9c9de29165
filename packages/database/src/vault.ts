import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { Failure } from "@reelay/domain";

/** Where a sealed text belongs; it opens nowhere else. */
export interface SealedPlace {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly workspaceId: string;
}

export interface Vault {
  seal(text: string, place: SealedPlace): string;
  /** Throws `sealed_unreadable` when the key is missing, the text was changed, or it was sealed for another place. */
  open(sealed: string, place: SealedPlace): string;
}

export interface VaultKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

const algorithm = "aes-256-gcm";
const keyBytes = 32;
const tagBytes = 16;
const ivBytes = 12;

/**
 * Seals texts with a data key of their own (AES-256-GCM), wrapped by the first of `keys`; opens with any of them.
 * Format: `v1.<key id>.<wrapped data key>.<iv>.<tag>.<text>`, parts in base64url.
 */
export function createVault(keys: readonly VaultKey[]): Vault {
  const first = keys[0];
  if (!first) throw new Error("a vault needs at least one key");
  const byId = new Map(keys.map((key) => [key.id, key.key]));
  if (byId.size < keys.length) throw new Error("two keys of a vault have the same id");
  for (const { id, key } of keys)
    if (key.length !== keyBytes || id.includes("."))
      throw new Error(`key "${id}" of a vault needs 32 bytes and an id without a dot`);
  return {
    seal(text, place) {
      const dataKey = randomBytes(keyBytes);
      const body = encrypt(dataKey, Buffer.from(text, "utf8"), place);
      const wrapped = encrypt(first.key, dataKey, place);
      const wrappedAll = Buffer.concat([wrapped.iv, wrapped.tag, wrapped.text]);
      return [
        "v1",
        first.id,
        ...[wrappedAll, body.iv, body.tag, body.text].map((part) => part.toString("base64url")),
      ].join(".");
    },
    open(sealed, place) {
      try {
        const [version, keyId, wrapped, iv, tag, text] = sealed.split(".");
        const key = byId.get(keyId ?? "");
        if (version !== "v1" || !key) throw new Error(`no key "${keyId}"`);
        const all = decode(wrapped);
        const dataKey = decrypt(
          key,
          all.subarray(0, ivBytes),
          all.subarray(ivBytes, ivBytes + tagBytes),
          all.subarray(ivBytes + tagBytes),
          place,
        );
        return decrypt(dataKey, decode(iv), decode(tag), decode(text), place).toString("utf8");
      } catch (cause) {
        throw new Failure("sealed_unreadable", {
          internal: `${place.table}.${place.column} of ${place.row} does not open`,
          cause,
        });
      }
    },
  };
}

function decode(part: string | undefined): Buffer {
  return Buffer.from(part ?? "", "base64url");
}

function associatedData(place: SealedPlace): Buffer {
  return Buffer.from(["v1", place.table, place.row, place.column, place.workspaceId].join("|"), "utf8");
}

function encrypt(key: Buffer, text: Buffer, place: SealedPlace): { iv: Buffer; tag: Buffer; text: Buffer } {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(place));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return { iv, tag: cipher.getAuthTag(), text: sealed };
}

function decrypt(key: Buffer, iv: Buffer, tag: Buffer, text: Buffer, place: SealedPlace): Buffer {
  // Without authTagLength Node accepts a tag cut to 4 bytes.
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes });
  decipher.setAAD(associatedData(place));
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(text), decipher.final()]);
}
