import type { PublicationFacts } from "../platform.ts";

export const testNow = new Date("2026-11-25T10:00:00.000Z");

/** Facts of a TikTok video publication that has not begun. */
export function testFacts(change: Partial<PublicationFacts> = {}): PublicationFacts {
  return {
    type: "tiktok_video",
    caption: "A caption #test",
    options: {
      type: "tiktok_video",
      mode: "direct",
      privacyLevel: "PUBLIC_TO_EVERYONE",
      disableComment: false,
      disableDuet: true,
      disableStitch: true,
      brandOrganicToggle: false,
      brandContentToggle: false,
      isAigc: false,
    },
    media: { sizeBytes: 31_000_123, contentType: "video/mp4", durationMs: 10_000 },
    checkpoint: null,
    intent: null,
    initCount: 0,
    accountHandle: "creator",
    uploadBytesPerSecond: null,
    now: testNow,
    ...change,
  };
}
