import { ensureRendition, insertMedia, lockMedia, newId, type MediaRow } from "@reelay/database";
import { conversionOptions, type ConversionTarget } from "@reelay/domain";
import { decideRendition, wishFor } from "@reelay/flows";
import { createReadStream } from "node:fs";

import type { Bench } from "./bench.ts";

/** A media in state `probing` with the bytes of a file, whatever they are. */
export async function storedMedia(
  bench: Pick<Bench, "database" | "storage">,
  workspaceId: string,
  { path, kind = "video" }: { path: string; kind?: "image" | "video" },
): Promise<{ mediaId: string; workspaceId: string; storageKey: string }> {
  const id = newId();
  const storageKey = `media/${workspaceId}/${id}`;
  const object = await bench.storage.put(storageKey, createReadStream(path), { signal: AbortSignal.timeout(30_000) });
  const contentType = kind === "video" ? "video/mp4" : "image/jpeg";
  // A digest of its own, because the same bytes would be taken as one media.
  const sha256 = id.replaceAll("-", "").padEnd(64, "0");
  await insertMedia(bench.database, workspaceId, {
    id,
    kind,
    fileName: "x",
    contentType,
    storageKey,
    ...object,
    sha256,
  });
  return { mediaId: id, workspaceId, storageKey };
}

/** The rendition of a media, as the API asks for it. */
export async function askedRendition(
  bench: Pick<Bench, "database">,
  wish: {
    workspaceId: string;
    mediaIds: readonly [string, ...string[]];
    target: ConversionTarget;
    options?: Parameters<typeof conversionOptions.parse>[0];
  },
): Promise<{ renditionId: string; state: string; convert: boolean }> {
  return await bench.database.inWorkspace(wish.workspaceId, async (tx) => {
    const locked = await lockMedia(tx, wish.mediaIds);
    const [media, ...others] = wish.mediaIds.map((id) => locked.find((one) => one.id === id));
    if (!media) throw new Error("no media");
    const request = { target: wish.target, options: conversionOptions.parse(wish.options ?? {}) };
    const whole = { ...wishFor(request, media), ...(others.length > 0 && { others: others as MediaRow[] }) };
    const { rendition, convert } = await ensureRendition(tx, media, whole, decideRendition);
    return { renditionId: rendition.id, state: rendition.state, convert };
  });
}
