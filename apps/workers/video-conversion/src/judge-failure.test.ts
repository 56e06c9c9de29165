import { expect, test } from "@jest/globals";
import { Failure } from "@reelay/domain";
import { judgeFailure, maxTries } from "./judge-failure.ts";

const running = new AbortController().signal;
const judge = (error: unknown, tries = 1, signal = running) =>
  judgeFailure(error, { tries, signal, exhausted: "conversion_failed" });

test.each(["media_unreadable", "media_too_complex", "conversion_failed"] as const)(
  "a file at fault (%s) is never tried again",
  (code) => {
    expect(judge(new Failure(code))).toEqual({ kind: "final", code, isOurs: false });
  },
);

test.each(["storage_full", "ffmpeg_missing", "media_bytes_missing", "conversion_interrupted"] as const)(
  "a cause of ours (%s) is tried again until the tries are used up",
  (code) => {
    expect(judge(new Failure(code), maxTries - 1)).toEqual({ kind: "again" });
    expect(judge(new Failure(code), maxTries)).toMatchObject({ kind: "final", isOurs: true });
  },
);

test("a cause that would pass by itself is not promised to go on once it is given up", () => {
  expect(judge(new Failure("conversion_interrupted"), maxTries)).toMatchObject({ code: "conversion_failed" });
  expect(judge(new Failure("storage_full"), maxTries)).toMatchObject({ code: "storage_full" });
  expect(judge(new Error("a bug"), maxTries)).toMatchObject({ code: "internal" });
});

test("an interruption is one whatever it made fail, and however often the file was tried", () => {
  const stopped = AbortSignal.abort(new Error("the worker has stopped"));
  expect(judge(new Failure("media_unreadable"), maxTries, stopped)).toEqual({ kind: "interrupted" });
});

test("a job that runs out of its own time was not interrupted: it counts", () => {
  const timedOut = AbortSignal.abort(new DOMException("too long", "TimeoutError"));
  expect(judge(new Failure("conversion_interrupted"), 1, timedOut)).toEqual({ kind: "again" });
  expect(judge(new Failure("conversion_interrupted"), maxTries, timedOut)).toMatchObject({ kind: "final" });
});
