export const goodOptions = { type: "tiktok_video", mode: "direct", privacyLevel: "SELF_ONLY" };
export const goodConsent = { at: "2026-11-22T10:00:00Z", by: "user-77", musicUsage: true, brandedContent: false };

/** A body of `POST /api/posts` that is accepted; `target` changes its one target. */
export function postBody(ids: { accountId: string; mediaId: string }, change: object = {}, target: object = {}) {
  return {
    caption: "Été à Lyon #lyon",
    media: [ids.mediaId],
    targets: [{ accountId: ids.accountId, options: goodOptions, consent: goodConsent, ...target }],
    ...change,
  };
}
