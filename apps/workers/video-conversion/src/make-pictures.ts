import type { MediaPictures, MediaRow } from "@reelay/database";
import type { MediaProbe } from "@reelay/domain";
import { makePoster, makeThumbnail } from "@reelay/media";
import { join } from "node:path";
import type { ConversionDeps } from "./deps.ts";

interface PictureWish {
  readonly media: MediaRow;
  /** Its bytes. */
  readonly path: string;
  readonly probe: MediaProbe;
  /** Makes the names of this try its own. */
  readonly leaseToken: number;
  readonly directory: string;
  readonly signal: AbortSignal;
}

/**
 * Stores a poster (of a video) and a thumbnail. A media of which no picture can be made is as good as any other, so whatever fails here
 * but a stop leaves it without.
 */
export async function makePictures(
  { storage, ffmpeg }: Pick<ConversionDeps, "storage" | "ffmpeg">,
  wish: PictureWish,
): Promise<MediaPictures> {
  const { media, path, probe, directory, signal } = wish;
  const poster = join(directory, "poster.jpg");
  const thumbnail = join(directory, "thumbnail.jpg");
  const keep = async (name: string, file: string) => {
    const key = `media/${media.workspaceId}/${media.id}-${wish.leaseToken}-${name}.jpg`;
    await storage.putFile(key, file, { signal });
    return key;
  };
  try {
    const isVideo = probe.kind === "video";
    if (isVideo)
      await makePoster({ input: path, output: poster, probe, signal, ffmpeg, temporaryDirectory: directory });
    await makeThumbnail({ input: isVideo ? poster : path, output: thumbnail, signal });
    return {
      posterStorageKey: isVideo ? await keep("poster", poster) : null,
      thumbnailStorageKey: await keep("thumbnail", thumbnail),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    return { posterStorageKey: null, thumbnailStorageKey: null };
  }
}
