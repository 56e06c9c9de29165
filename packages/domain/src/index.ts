export { Failure, failures, hintOf, type FailureCode, type FailureDetails, type FieldProblem } from "./failure.ts";
export { whoActs, type FailureSpec, type WhoActs } from "./failures/failure-spec.ts";
export {
  isCancelable,
  isEditable,
  isFinal,
  publicationStatuses,
  transition,
  transitions,
  waitReasons,
  type PublicationEvent,
  type PublicationEventType,
  type PublicationStatus,
  type WaitReason,
} from "./publication.ts";
export { backoffMs, backoffRule, patienceMs } from "./backoff.ts";
export {
  chunkOf,
  chunkSizes,
  chunkTimeoutMs,
  nextChunk,
  planChunks,
  type Chunk,
  type ChunkPlan,
} from "./chunk-plan.ts";
export {
  creatorProblems,
  dueTime,
  scheduleGraceMs,
  scheduleHorizonMs,
  tiktokVideoProblems,
  type Consent,
  type PostProblem,
  type TiktokVideoOptions,
} from "./post-rules.ts";
export { librarySorts, type LibrarySort } from "./library-sorts.ts";
export { fileNameOf } from "./file-name.ts";
export { postStatus, postStatuses, type PostStatus } from "./post-status.ts";
export {
  isWalkedFarEnough,
  nightOf,
  nightlySync,
  planReread,
  rereadRules,
  spreadMs,
  syncPatience,
  tiktokSync,
  type Reread,
  type SyncEndpoint,
} from "./sync-rules.ts";
export { tiktokBudgets, tiktokLimits, type TiktokEndpoint, type TiktokPrivacyLevel } from "./tiktok-limits.ts";
export { mayResendRefresh, mustRefresh, publishTokenLifeMs, type TokenLife } from "./token-life.ts";
export { lowShareAtMost, planRefresh, refreshRule, type RefreshOutlook, type RefreshPlan } from "./refresh-plan.ts";
export { frameCountOf, planConversion } from "./conversion-plan.ts";
export type { AudioRecipe, ConversionPlan, Fit, FrameRate, PhotoRecipe, VideoRecipe } from "./conversion-recipe.ts";
export {
  conversionFits,
  conversionOptions,
  stillOptions,
  type ConversionFit,
  type ConversionOptions,
  type StillOptions,
} from "./conversion-options.ts";
export {
  conversionTargets,
  isPhotoTarget,
  photoLimits,
  videoLimits,
  type ConversionTarget,
  type PhotoLimits,
  type PhotoTarget,
  type VideoLimits,
  type VideoTarget,
} from "./conversion-targets.ts";
export { instagramLimits } from "./instagram-limits.ts";
export { conversionReasons, type ConversionReason } from "./conversion-reasons.ts";
export { mediaLimits, stillLimits } from "./media-limits.ts";
export { mediaProbe, type MediaProbe } from "./media-probe.ts";
export {
  slideshowFrames,
  slideshowLimits,
  slideshowOptions,
  type SlideshowFrames,
  type SlideshowOptions,
} from "./slideshow.ts";
