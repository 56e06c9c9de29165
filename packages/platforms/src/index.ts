export type {
  Access,
  AccountProfile,
  AuthorizeRequest,
  CallStep,
  CreatorOptions,
  Grant,
  Intent,
  Journal,
  Lane,
  MediaItem,
  MediaPage,
  Platform,
  PlatformResult,
  Platforms,
  PublicationFacts,
  Step,
  StepResult,
  Verdict,
} from "./platform.ts";
export { createPlatforms } from "./create-platforms.ts";
export { openPlatforms, type PlatformSettings } from "./open-platforms.ts";
export { createTiktok } from "./tiktok/create-tiktok.ts";
export type { TiktokConnection } from "./tiktok/connection.ts";
export { parseTiktokWebhook, type TiktokWebhook, type WebhookPurpose } from "./tiktok/webhook.ts";
export { verifyTiktokSignature, type SignatureProblem, type SignatureVerdict } from "./tiktok/webhook-signature.ts";
export { exchangeTikTokCode, refreshTikTokToken } from "./tiktok/oauth.ts";
export { getTikTokUserInfo } from "./tiktok/creator.ts";
export { getTikTokVideos } from "./tiktok/videos.ts";
export { initTikTokVideoUpload, publishTikTokVideo, uploadTikTokVideoBytes } from "./tiktok/upload.ts";
