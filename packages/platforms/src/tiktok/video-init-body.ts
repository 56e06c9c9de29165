import type { ChunkPlan } from "@reelay/domain";
import type { PublicationFacts } from "../platform.ts";
import type { CreatorChecked } from "./checkpoint.ts";
import { videoOptions } from "./schemas.ts";

/** The body of video/init. What the creator has switched off stays off, whatever the post says. */
export function videoInitBody(facts: PublicationFacts, creator: CreatorChecked, plan: ChunkPlan) {
  const options = videoOptions.parse(facts.options);
  return {
    post_info: {
      title: facts.caption,
      privacy_level: options.privacyLevel,
      disable_comment: options.disableComment || creator.commentDisabled,
      disable_duet: options.disableDuet || creator.duetDisabled,
      disable_stitch: options.disableStitch || creator.stitchDisabled,
      brand_organic_toggle: options.brandOrganicToggle,
      brand_content_toggle: options.brandContentToggle,
      is_aigc: options.isAigc,
      ...(options.videoCoverTimestampMs !== undefined && { video_cover_timestamp_ms: options.videoCoverTimestampMs }),
    },
    source_info: {
      source: "FILE_UPLOAD",
      video_size: plan.sizeBytes,
      chunk_size: plan.chunkBytes,
      total_chunk_count: plan.count,
    },
  };
}
