import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Failure } from "@reelay/domain";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { inspectUpload } from "./inspect-upload.ts";
import { makeDeclaringPng, makeJpeg, makeWithFfmpeg, testVideo } from "./testing/fixtures.ts";

// Real ffmpeg on a machine that may be busy.
jest.setTimeout(60_000);
const allowedTypes = ["video/mp4", "video/quicktime", "image/jpeg", "image/png"];
let directory: string;
const at = (name: string) => join(directory, name);
const write = async (name: string, content: string | Buffer) => {
  await writeFile(at(name), content);
  return at(name);
};
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "inspect-test-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const refusal = async (path: string) => {
  const error = await inspectUpload(path, { allowedTypes }).catch((thrown: unknown) => thrown);
  if (!(error instanceof Failure)) throw new Error(`not refused: ${JSON.stringify(error)}`);
  return error;
};

describe("what is accepted", () => {
  test("an image, with the size that its header declares", async () => {
    expect(await inspectUpload(await makeJpeg(at("a.jpg"), 300, 200), { allowedTypes })).toEqual({
      kind: "image",
      contentType: "image/jpeg",
      width: 300,
      height: 200,
    });
    await sharp({ create: { width: 30, height: 20, channels: 4, background: "#fff0" } })
      .png()
      .toFile(at("a.png"));
    expect(await inspectUpload(at("a.png"), { allowedTypes })).toMatchObject({
      contentType: "image/png",
      width: 30,
      height: 20,
    });
  });

  test("MP4 and MOV, told apart by their content", async () => {
    await makeWithFfmpeg(testVideo({ seconds: 0.2 }), at("a.mp4"));
    await makeWithFfmpeg(testVideo({ seconds: 0.2 }), at("a.mov"));
    expect(await inspectUpload(at("a.mp4"), { allowedTypes })).toEqual({ kind: "video", contentType: "video/mp4" });
    expect(await inspectUpload(at("a.mov"), { allowedTypes })).toEqual({
      kind: "video",
      contentType: "video/quicktime",
    });
  });

  test("WebM and WebP only where they are allowed", async () => {
    await sharp({ create: { width: 30, height: 20, channels: 3, background: "#fff" } })
      .webp()
      .toFile(at("a.webp"));
    expect(await inspectUpload(at("a.webp"), { allowedTypes: ["image/webp"] })).toMatchObject({
      contentType: "image/webp",
      width: 30,
      height: 20,
    });
    expect((await refusal(at("a.webp"))).code).toBe("media_type_unsupported");
  });

  test("exactly 50 megapixels", async () => {
    expect(await inspectUpload(await makeDeclaringPng(at("edge.png"), 10_000, 5_000), { allowedTypes })).toMatchObject({
      width: 10_000,
      height: 5_000,
    });
  });
});

describe("what is refused at the door", () => {
  test("an empty file", async () => {
    expect((await refusal(await write("empty.jpg", ""))).code).toBe("media_empty");
  });

  test.each([
    ["text named .jpg", "note.jpg", "hello, this is not a picture"],
    ["an HLS playlist named .mp4", "list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n"],
    ["an ffconcat script", "list2.mp4", "ffconcat version 1.0\nfile /etc/passwd\n"],
    ["an SVG", "a.png", '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1/"/></svg>'],
    ["HTML", "a.mp4", "<html><script>1</script></html>"],
  ])("%s", async (_name, file, content) => {
    expect((await refusal(await write(file, content))).code).toBe("media_type_unsupported");
  });

  test("the refusal says what the file really is", async () => {
    const { details } = await refusal(await write("a.jpg", Buffer.from("%PDF-1.7\n%âãÏÓ\n1 0 obj\n")));
    expect(details.errors).toEqual([
      { path: "file", code: "media_type_unsupported", message: expect.stringContaining("application/pdf") },
    ]);
  });

  test("a GIF, whose frames could be thousands", async () => {
    expect(
      (await refusal(await write("a.gif", Buffer.from("GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff", "latin1")))).code,
    ).toBe("media_type_unsupported");
  });

  test.each([
    [20_001, 20_001],
    [10_001, 5_000],
    [4_000_000_000, 1],
  ])("a PNG that declares %i × %i, without decoding it", async (width, height) => {
    expect((await refusal(await makeDeclaringPng(at("big.png"), width, height))).code).toBe("media_too_many_pixels");
  });

  test("a JPEG cut off inside its header", async () => {
    expect(
      (await refusal(await write("cut.jpg", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46])))).code,
    ).toBe("media_unreadable");
  });
});
