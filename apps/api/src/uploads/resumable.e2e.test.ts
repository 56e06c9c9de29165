import { expect, test } from "@jest/globals";
import { uploadThroughCuts } from "../testing/upload-through-cuts.ts";

test("64 MB through five cut connections and a killed API end with the right digest, once", async () => {
  const { sentSha256, media, cuts, mediaRows } = await uploadThroughCuts(64);
  expect(cuts).toBe(5);
  expect(media).toMatchObject({ sha256: sentSha256, sizeBytes: 64 * 1_048_576 });
  expect(mediaRows).toBe(1);
}, 180_000);
