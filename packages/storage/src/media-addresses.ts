import { createSignedAccess } from "./signed-access.ts";

export type PublicMediaKind = "sources" | "renditions" | "posters" | "thumbnails";

export interface PublicMedia {
  readonly kind: PublicMediaKind;
  /** Of the row: a media or a rendition. */
  readonly id: string;
  readonly workspaceId: string;
  readonly contentType: string;
}

export interface MediaAddresses {
  /** Where whoever is given it may fetch these bytes for one to two days; nobody can guess another. */
  addressOf(media: PublicMedia): string;
  /** The workspace in which `access` opens this media; null when it opens nothing. */
  workspaceOf(media: { kind: string; id: string }, access: string): string | null;
}

/** `publicUrl/<kind>/<id>/<access>/<name>`: all of it path, since caches and platforms treat queries as they like. */
export function createMediaAddresses(options: { secret: string; publicUrl: string; now(): Date }): MediaAddresses {
  const access = createSignedAccess({ ...options, purpose: "reelay public media" });
  const subject = ({ kind, id }: { kind: string; id: string }) => `${kind}/${id}`;
  return {
    addressOf(media) {
      const signed = access.accessTo(subject(media), media.workspaceId);
      return `${options.publicUrl}/${subject(media)}/${signed}/${names[media.contentType] ?? "file.bin"}`;
    },
    workspaceOf: (media, signed) => access.workspaceOf(subject(media), signed),
  };
}

/** For whoever goes by the ending. */
const names: Readonly<Record<string, string>> = {
  "video/mp4": "video.mp4",
  "video/quicktime": "video.mov",
  "video/webm": "video.webm",
  "image/jpeg": "image.jpg",
  "image/png": "image.png",
  "image/webp": "image.webp",
};
