import { expect, test } from "@jest/globals";
import { fileNameOf } from "./file-name.ts";

test.each([
  ["M20 an option", "-i", "-i"],
  ["M20 a path", "../../etc/passwd", "passwd"],
  ["M21 a NUL", "a\0.mp4", "a.mp4"],
  ["M22 a shell's words", '"; rm -rf / #.mp4', "#.mp4"],
  ["M23 a device of Windows", "CON.mp4", "CON.mp4"],
  ["M24 a turned reading direction", "gpm.\u202e4pm", "gpm.4pm"],
  ["M24 emoji", "\u{1f3ac} cut.mp4", "\u{1f3ac} cut.mp4"],
  ["half a surrogate pair", "a\ud83c.mp4", "a.mp4"],
  ["nothing", "", "file"],
  ["only a path", "a/b/", "file"],
])("%s is only words for people", (_what, sent, shown) => expect(fileNameOf(sent)).toBe(shown));

test("M24 a name of 5,000 characters is cut, and no pair of its surrogates is", () => {
  expect(fileNameOf("x".repeat(5_000))).toHaveLength(200);
  expect(fileNameOf(`${"x".repeat(199)}\u{1f3ac}`)).toBe("x".repeat(199));
});
