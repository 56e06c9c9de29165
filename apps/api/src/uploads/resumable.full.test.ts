import { expect, test } from "@jest/globals";
import { uploadThroughCuts } from "../testing/upload-through-cuts.ts";

test("1 GB through five cut connections and a killed API ends with the right digest, once", async () => {
  const { sentSha256, media, mediaRows } = await uploadThroughCuts(1_024);
  expect(media).toMatchObject({ sha256: sentSha256, sizeBytes: 1_073_741_824 });
  expect(mediaRows).toBe(1);
}, 600_000);
