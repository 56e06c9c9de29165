import { Failure } from "@reelay/domain";
import { isPublicAddress } from "@reelay/runtime";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checkAddress } from "./check-address.ts";
import { decodeBody } from "./decode-body.ts";
import { followRedirects, unreachable } from "./follow-redirects.ts";
import type { OutboundRules } from "./outbound-rules.ts";
import { resolveName, resolvePublic } from "./resolve-public.ts";

const idleTimeoutMs = 20_000;

/** The one door to addresses that users give. What it refuses names the kind of address, never where a name leads. */
export interface Outbound {
  /** Throws `media_url_blocked` for an address that may not be asked; asks nobody but the resolver, and forgives its silence. */
  check(address: string): Promise<void>;
  /**
   * Writes what is behind an address into a new file at `path`; the caller removes it when this throws: `media_url_blocked`,
   * `redirect_blocked`, `media_url_refused`, `media_url_unreachable`, `media_too_large` above `maxBytes` decoded bytes,
   * `storage_full`, `storage_unavailable`; the signal's reason as it is.
   */
  download(address: string, path: string, options: { maxBytes: number; signal: AbortSignal }): Promise<void>;
}

/** `given` replaces single rules, for tests; no request and no setting can. */
export function createOutbound(options: { allowHttp: boolean }, given: Partial<OutboundRules> = {}): Outbound {
  const rules: OutboundRules = {
    allowHttp: options.allowHttp,
    ports: options.allowHttp ? [443, 80] : [443],
    isAllowedAddress: isPublicAddress,
    resolve: resolveName,
    idleTimeoutMs,
    ...given,
  };
  return {
    async check(address) {
      const url = checkAddress(address, rules);
      await resolvePublic(url, rules).catch((error: unknown) => {
        if (error instanceof Failure) throw error;
      });
    },
    async download(address, path, { maxBytes, signal }) {
      const answer = await followRedirects(address, rules, signal);
      try {
        if (Number(answer.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
        const pieces = countPieces(decodeBody(answer), { maxBytes, signal });
        await pipeline(pieces, createWriteStream(path, { flags: "wx", mode: 0o600 }), { signal }).catch(
          (error: unknown) => {
            throw writeFailure(error);
          },
        );
      } finally {
        answer.destroy();
      }
    },
  };
}

async function* countPieces(
  body: Readable,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      yield piece;
    }
  } catch (error) {
    throw unreachable(error, signal);
  }
}

function tooLarge(maxBytes: number): Failure {
  return new Failure("media_too_large", { internal: `more than ${maxBytes} bytes` });
}

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Of what ends the pipeline only the file's own errors carry a code of the file system and no Failure. */
function writeFailure(error: unknown): unknown {
  const { code, syscall } = (error ?? {}) as { code?: string; syscall?: string };
  if (error instanceof Failure || code === undefined || syscall === undefined) return error;
  return new Failure(full.has(code) ? "storage_full" : "storage_unavailable", {
    cause: error,
    internal: `download: ${code}`,
  });
}
