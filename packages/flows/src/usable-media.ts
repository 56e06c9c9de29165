import type { MediaRow } from "@reelay/database";
import type { FailureCode } from "@reelay/domain";

/** Why a media cannot be posted or converted; null for one that can, perhaps after its probe. */
export function unusable(media: Pick<MediaRow, "state">): FailureCode | null {
  switch (media.state) {
    case "importing":
      return "media_importing";
    case "rejected":
      return "media_rejected";
    case "expired":
      return "media_expired";
    case "probing":
    case "ready":
      return null;
    default:
      return media.state satisfies never;
  }
}
