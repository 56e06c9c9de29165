import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFfmpeg } from "../../find-ffmpeg.ts";
import { judgeSource, type Verdicts } from "./judge-source.ts";
import type { Source } from "./source.ts";

/** So many at once: while one is measured, another is made. */
const places = 2;

/** The verdicts by the names of the sources; one that could not be judged is an error in its place. */
export async function judgeAll(sources: readonly Source[]): Promise<Map<string, Verdicts | Error>> {
  const ffmpeg = await findFfmpeg();
  const directory = await mkdtemp(join(tmpdir(), "reelay-matrix-"));
  const verdicts = new Map<string, Verdicts | Error>();
  const waiting = [...sources];
  const work = async () => {
    for (let source = waiting.shift(); source !== undefined; source = waiting.shift()) {
      const verdict = await judgeSource(source, { ffmpeg, directory }).catch((error: unknown) => asError(error));
      verdicts.set(source.name, verdict);
    }
  };
  try {
    await Promise.all(Array.from({ length: places }, work));
    return verdicts;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
