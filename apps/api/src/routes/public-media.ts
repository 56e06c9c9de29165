import { getMedia, getRendition, type Database } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { PublicMediaKind } from "@reelay/storage";
import { Router } from "express";
import type { ApiDeps } from "../deps.ts";
import { mediaAddresses } from "../media/media-addresses.ts";
import { sendStored } from "../media/send-stored.ts";
import { parseId } from "../middleware/parse.ts";

interface PublicObject {
  readonly storageKey: string;
  readonly contentType: string;
  /** Digest of the bytes, or whatever else changes with them. */
  readonly version: string;
  readonly modifiedAt: Date;
}
type Find = (database: Database, workspaceId: string, id: string) => Promise<PublicObject | null>;

/** What `/media/<kind>/<id>` is. */
const publicObjects: Partial<Record<PublicMediaKind, Find>> = {
  async sources(database, workspaceId, id) {
    const media = await getMedia(database, workspaceId, id);
    if (media?.state !== "ready" || media.storageKey === null) return null;
    return { ...media, storageKey: media.storageKey, version: media.sha256, modifiedAt: media.createdAt };
  },
  async renditions(database, workspaceId, id) {
    const rendition = await getRendition(database, workspaceId, id);
    if (rendition?.state !== "ready") return null;
    const { storageKey, contentType, sha256, createdAt } = rendition;
    if (storageKey === null || contentType === null || sha256 === null) return null;
    return { storageKey, contentType, version: sha256, modifiedAt: createdAt };
  },
  posters: (database, workspaceId, id) => picture(database, workspaceId, id, "posterStorageKey"),
  thumbnails: (database, workspaceId, id) => picture(database, workspaceId, id, "thumbnailStorageKey"),
};

async function picture(
  database: Database,
  workspaceId: string,
  id: string,
  which: "posterStorageKey" | "thumbnailStorageKey",
): Promise<PublicObject | null> {
  const media = await getMedia(database, workspaceId, id);
  const storageKey = media?.[which] ?? null;
  if (!media || storageKey === null) return null;
  // Its key is as new as the picture is.
  const version = storageKey.split("/").at(-1) ?? storageKey;
  return { storageKey, contentType: "image/jpeg", version, modifiedAt: media.createdAt };
}

/** Media by their signed addresses: for platforms that fetch them, and for browsers. What opens nothing is not there. */
export function publicMediaRoutes(deps: ApiDeps): Router {
  const addresses = mediaAddresses(deps);
  const router = Router();

  router.get("/media/:kind/:id/:access/:name", async (req, res) => {
    const { kind, access } = req.params;
    const id = parseId(req);
    const workspaceId = addresses.workspaceOf({ kind, id }, access);
    const find = Object.hasOwn(publicObjects, kind) ? publicObjects[kind as PublicMediaKind] : undefined;
    const found = workspaceId === null ? null : await find?.(deps.database, workspaceId, id);
    const stored = found && (await deps.storage.stat(found.storageKey));
    if (!found || !stored || stored.sizeBytes === 0) throw new Failure("not_found");
    await sendStored(deps.storage, req, res, {
      key: found.storageKey,
      sizeBytes: stored.sizeBytes,
      etag: `"${found.version}"`,
      lastModified: found.modifiedAt,
      headers: headersOf(found.contentType),
    });
  });
  return router;
}

/** Nothing else is shown by a browser of ours; SVG and HTML would run. */
const shown = /^(image\/(jpeg|png|webp)|video\/(mp4|quicktime|webm))$/;

function headersOf(contentType: string): Record<string, string> {
  const isShown = shown.test(contentType);
  return {
    "Content-Type": isShown ? contentType : "application/octet-stream",
    "Content-Disposition": isShown ? "inline" : "attachment",
    // Bytes may be more than one thing: whatever a browser takes them for, nothing of it runs.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, max-age=3600",
    "Cross-Origin-Resource-Policy": "cross-origin",
  };
}
