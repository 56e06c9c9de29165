export type {
  Access,
  AuthorizeRequest,
  CallStep,
  CreatorOptions,
  Grant,
  Intent,
  Journal,
  Lane,
  Platform,
  PlatformResult,
  Platforms,
  PublicationFacts,
  Step,
  StepResult,
  Verdict,
} from "./platform.ts";
export { createPlatforms } from "./create-platforms.ts";
export { createTiktok } from "./tiktok/create-tiktok.ts";
export type { TiktokConnection } from "./tiktok/connection.ts";
export { exchangeTikTokCode, refreshTikTokToken } from "./tiktok/oauth.ts";
export { getTikTokUserInfo, type TikTokUserInfo } from "./tiktok/creator.ts";
export { initTikTokVideoUpload, publishTikTokVideo, uploadTikTokVideoBytes } from "./tiktok/upload.ts";
