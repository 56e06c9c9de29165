import { expect, test } from "@jest/globals";
import { mediaFailReason, probedShape } from "./media-rules.ts";

const mp4 = "mov,mp4,m4a,3gp,3g2,mj2";
const found = ({ format = mp4, duration = "10.5", codec = "h264", width = 720, height = 1_280, rate = "30/1" } = {}) =>
  probedShape.parse({
    format: { format_name: format, duration },
    streams: [
      { codec_type: "audio", codec_name: "aac" },
      { codec_type: "video", codec_name: codec, width, height, avg_frame_rate: rate },
    ],
  });

test.each<[Parameters<typeof found>[0], string | null]>([
  [{}, null],
  [{ format: "matroska,webm", codec: "vp9" }, null],
  [{ codec: "hevc" }, null],
  [{ codec: "mpeg4" }, "file_format_check_failed"],
  [{ codec: "av1" }, "file_format_check_failed"],
  [{ format: "avi" }, "file_format_check_failed"],
  [{ duration: "300" }, null],
  [{ duration: "300.1" }, "duration_check_failed"],
  [{ duration: "0" }, "duration_check_failed"],
  [{ rate: "24000/1001" }, null],
  [{ rate: "23/1" }, null],
  [{ rate: "229/10" }, "frame_rate_check_failed"],
  [{ rate: "60/1" }, null],
  [{ rate: "601/10" }, "frame_rate_check_failed"],
  [{ rate: "0/0" }, "frame_rate_check_failed"],
  [{ width: 360, height: 4_096 }, null],
  [{ width: 359 }, "picture_size_check_failed"],
  [{ height: 4_097 }, "picture_size_check_failed"],
])("%j → %p", (change, expected) => {
  expect(mediaFailReason(found(change), 300)).toBe(expected);
});

test("nobody's video is longer than ten minutes", () => {
  expect(mediaFailReason(found({ duration: "601" }), 3_600)).toBe("duration_check_failed");
});

test("sound alone is no video", () => {
  const sound = probedShape.parse({ format: { format_name: mp4, duration: "3" }, streams: [{ codec_type: "audio" }] });
  expect(mediaFailReason(sound, 300)).toBe("file_format_check_failed");
});
