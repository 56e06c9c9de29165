import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { FaultInput } from "@reelay/simulator";
import type { AtPoint } from "./deps.ts";
import { createBench, testTimes, type Bench, type TestPublication } from "./testing/bench.ts";
import { Crash, driveToEnd } from "./testing/drive.ts";

const twoChunksBytes = 10_485_761;
const threeChunksBytes = 15_728_763;
/** Where TikTok's answer comes too late, calls are given less time until one has failed. */
const impatientMs = 2_000;
const tooLongMs = 2_500;

const answers = {
  ok: null,
  dropAfterEffect: "dropAfterEffect",
  errorAfterEffect: { name: "errorAfterEffect" },
  tooLate: { name: "delay", ms: tooLongMs },
} as const satisfies Record<string, FaultInput["mode"] | null>;
type Answer = keyof typeof answers;

/** Calls in the order in which they are made, with the occasion at which TikTok misbehaves. */
const calls = {
  creator_info: { endpoint: "creator_info" },
  video_init: { endpoint: "video_init" },
  upload_chunk: { endpoint: "upload", chunk: "notLast" },
  upload_last_chunk: { endpoint: "upload", chunk: "last" },
  publish_status: { endpoint: "status" },
  reconcile: { endpoint: "status" },
} as const satisfies Record<string, Omit<FaultInput, "mode">>;
type CallName = keyof typeof calls;

interface Case {
  readonly point: string;
  /** The process dies when it comes there for the nth time. */
  readonly nth: number;
  readonly call: CallName;
  readonly answer: Answer;
}

const withAnswers = (point: string, call: CallName, nth = 1): Case[] =>
  (Object.keys(answers) as Answer[]).map((answer) => ({ point, nth, call, answer }));
const around = (call: CallName): Case[] =>
  ["before", "sending", "after", "failed", "saved"].flatMap((when) => withAnswers(`${when}-${call}`, call));

const cases: Case[] = [
  ...withAnswers("claimed", "creator_info"),
  ...withAnswers("claimed", "upload_last_chunk", 2),
  ...around("creator_info"),
  ...around("video_init"),
  ...around("upload_chunk"),
  ...["sending", "after", "saved"].flatMap((when) => withAnswers(`${when}-upload_chunk`, "upload_chunk", 2)),
  ...around("upload_last_chunk"),
  ...around("publish_status"),
  ...withAnswers("ended", "publish_status"),
  ...["before", "after", "failed", "saved"].flatMap((when) => withAnswers(`${when}-reconcile`, "reconcile")),
];

interface Result {
  readonly publication: TestPublication;
  readonly crashed: boolean;
  readonly status: string;
  readonly initCount: number;
}

describe("a process that dies anywhere, and a platform that misbehaves", () => {
  let bench: Bench;
  const results = new Map<Case, Result | Error>();

  async function run(one: Case): Promise<Result> {
    const creator = await bench.connect();
    const sizeBytes = one.nth > 1 ? threeChunksBytes : twoChunksBytes;
    const publication = await bench.publication(creator, { sizeBytes });
    const { openId } = creator;
    const mode = answers[one.answer];
    if (mode) bench.simulator.world.addFault({ ...calls[one.call], openId, mode });
    // Something must be in doubt for there to be a reconcile.
    if (one.call === "reconcile") {
      bench.simulator.world.addFault({ ...calls.upload_last_chunk, openId, mode: "dropAfterEffect" });
    }
    let seen = 0;
    let isImpatient = one.answer === "tooLate";
    const atPoint: AtPoint = async (name) => {
      if (name.startsWith("failed-")) isImpatient = false;
      if (name !== one.point) return;
      seen += 1;
      if (seen === one.nth) throw new Crash(`${name} ${seen}`);
    };
    const times = {
      ...testTimes,
      callTimeout: (ms: number) => (isImpatient ? impatientMs : testTimes.callTimeout(ms)),
    };
    const row = await driveToEnd(bench, bench.deps({ atPoint, times }), publication.publicationId);
    return { publication, crashed: seen >= one.nth, status: row.status, initCount: row.init_count };
  }

  beforeAll(async () => {
    bench = await createBench();
    const waiting = [...cases];
    const lane = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        results.set(one, await run(one).catch((error: unknown) => error as Error));
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
  }, 600_000);
  afterAll(async () => await bench.close());

  test.each(cases)("dies at $point ($nth), $call answers $answer: exactly one post, with the same bytes", (one) => {
    const result = results.get(one);
    if (!result || result instanceof Error) throw result ?? new Error("it did not run");
    const { publication, status, initCount } = result;
    const { world } = bench.simulator;
    const posts = world.posts.filter(({ openId }) => openId === publication.openId);
    expect(posts.map(({ sha256 }) => sha256)).toEqual([publication.sha256]);
    expect(status).toBe("published");
    expect(initCount).toBeLessThanOrEqual(3);
    const uploads = [...world.uploads.values()].filter(({ openId }) => openId === publication.openId);
    const sentAgain = uploads.flatMap(({ puts }) =>
      puts.filter(({ first }, index) =>
        puts.slice(0, index).some((put) => put.first === first && put.httpStatus < 300),
      ),
    );
    // The crash may cost one; an answer that never came was no acknowledgement.
    expect(sentAgain.length).toBeLessThanOrEqual(one.call === "upload_chunk" && one.answer !== "ok" ? 2 : 1);
    expect(uploads.filter(({ puts }) => puts.length > 0)).toHaveLength(1);
  });

  test("every point was reached by some process", () => {
    const reached = cases.filter((one) => {
      const result = results.get(one);
      return result && !(result instanceof Error) && result.crashed;
    });
    const points = (of: readonly Case[]) => [...new Set(of.map(({ point }) => point))].sort();
    expect(points(reached)).toEqual(points(cases));
  });

  test("TikTok's rules were never broken", () => expect(bench.simulator.world.violations).toBe(0));
});
