export interface PostWish {
  readonly accountId: string;
  readonly mediaId: string;
  readonly caption: string;
  readonly scheduledAt?: Date;
}

/** A TikTok direct post with everything that it needs. */
export function postBody({ accountId, mediaId, caption, scheduledAt }: PostWish) {
  const options = { type: "tiktok_video", mode: "direct", privacyLevel: "PUBLIC_TO_EVERYONE" };
  return {
    caption,
    media: [mediaId],
    ...(scheduledAt && { scheduledAt: scheduledAt.toISOString() }),
    targets: [{ accountId, options, consent: consentNow() }],
  };
}

export function consentNow() {
  return { at: new Date().toISOString(), by: "user-77", musicUsage: true, brandedContent: false };
}
