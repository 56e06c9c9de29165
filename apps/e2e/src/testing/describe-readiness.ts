import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Readiness } from "@reelay/contract";
import { makePicture } from "./make-media.ts";
import { acceptPost, untilPublished } from "./publish.ts";
import { startTestStack, type TestStack } from "./start-test-stack.ts";
import { until } from "@reelay/runtime/testing";

/** The names of the workers as processes, and the same as rows. */
const workers = ["publish", "video-conversion", "token-refresh", "media-sync"].map((name) => `worker-${name}`);
const promisedMs = 30_000;
/** A process that is started again needs real time to load. */
const loadingMs = 20_000;

/**
 * Every worker a process of its own, killed and frozen in turn: `/readyz` must be red with its name in the promised time,
 * and green in the promised time of its return. `timeScale` shortens heartbeats and what is promised together.
 */
export function describeReadiness({ timeScale }: { timeScale: number }): void {
  const promised = promisedMs * timeScale;
  let on: TestStack;
  beforeAll(async () => {
    // Away for longer than it may take to be missed.
    const restartAfterMs = promised + 5_000 * timeScale;
    on = await startTestStack({ processes: true, restartAfterMs, env: { TIME_SCALE: String(timeScale) } });
  }, 180_000);
  afterAll(async () => {
    await on?.stop();
  }, 120_000);

  const readiness = async (): Promise<{ status: number; checks: Readiness["checks"] }> => {
    const answer = await fetch(`${on.stack.urls.api}/readyz`);
    return { status: answer.status, checks: ((await answer.json()) as Readiness).checks };
  };
  const untilRed = async (worker: string) =>
    await until(
      async () => {
        const { status, checks } = await readiness();
        const missed = `${worker.replace("worker-", "")} was last seen`;
        const named = Object.keys(checks).filter((name) => checks[name]?.problem?.includes(missed));
        return status === 503 && named.some((name) => name.startsWith("queue:")) ? named : undefined;
      },
      { what: `${worker} is missed`, limitMs: promised },
    );
  const untilGreen = async (what: string, limitMs: number) => {
    let seen: Awaited<ReturnType<typeof readiness>> | undefined;
    try {
      await until(
        async () => {
          seen = await readiness();
          return seen.status === 200 ? true : undefined;
        },
        { what: `${what}: ready`, limitMs },
      );
    } catch (error) {
      throw new Error(`last seen: ${JSON.stringify(seen)}`, { cause: error });
    }
  };

  test("every worker that runs is looked at here", () => {
    expect(
      Object.keys(on.stack.processes())
        .filter((name) => name.startsWith("worker-"))
        .toSorted(),
    ).toEqual(workers.toSorted());
  });

  describe.each(workers)("%s", (worker) => {
    test("killed: /readyz is red with its name in time, and green in time of its return", async () => {
      on.stack.killProcess(worker, "SIGKILL");
      await untilRed(worker);
      await until(() => on.stack.processes()[worker], { what: `${worker} is back`, limitMs: promised + loadingMs });
      await untilGreen(worker, Math.max(promised, loadingMs));
    }, 240_000);

    test("frozen: the same", async () => {
      on.stack.killProcess(worker, "SIGSTOP");
      try {
        await untilRed(worker);
      } finally {
        on.stack.killProcess(worker, "SIGCONT");
      }
      await untilGreen(worker, promised);
    }, 240_000);
  });

  test("a publication that is due and that nobody moves makes it red, and green when it has moved", async () => {
    const { accountId } = await on.connect(`late.creator`);
    const picture = await makePicture(join(on.directory, "late.jpg"));
    const mediaId = (await on.api.upload(picture, "image/jpeg")).id;
    await until(async () => ((await on.api.get(`/api/media/${mediaId}`)).state === "ready" ? true : undefined), {
      what: "the picture is ready",
      limitMs: 60_000,
    });
    on.stack.killProcess("worker-publish", "SIGSTOP");
    let publicationId: string;
    try {
      ({ publicationId } = await acceptPost(on.api, { accountId, mediaId, caption: "late" }));
      const problem = await until(
        async () => {
          const { status, checks } = await readiness();
          return status === 503 ? checks["publications"]?.problem : undefined;
        },
        { what: "the publication is missed", limitMs: 120_000 * timeScale + promised + loadingMs },
      );
      expect(problem).toMatch(/^the oldest publication that may move is \d+ s late$/);
    } finally {
      on.stack.killProcess("worker-publish", "SIGCONT");
    }
    await untilGreen("the publication moves", promised + loadingMs);
    await untilPublished(on.api, publicationId);
  }, 300_000);
}
