import { expect, test } from "@jest/globals";
import { silentLogger } from "@reelay/runtime";
import { arrangePost } from "../testing/arrange-post.ts";
import { postBody } from "../testing/post-body.ts";
import { startTestRoutes } from "../testing/start-test-routes.ts";
import { createPublicationFeed } from "./feed.ts";

test("however many watch, the database is asked once a round, and each hears each event once", async () => {
  const api = await startTestRoutes();
  const stopping = new AbortController();
  try {
    const made = await arrangePost(api);
    const { body } = await made.caller.post("/api/posts", postBody(made));
    const publicationId = body.publications[0].id as string;
    let reads = 0;
    const { database: real } = api.db;
    const database: typeof real = {
      ...real,
      asSystem: (work) => {
        reads += 1;
        return real.asSystem(work);
      },
    };
    const feed = createPublicationFeed({ database, logger: silentLogger, stopping: stopping.signal, pollEveryMs: 5 });
    const rounds = 6;
    const heard = await Promise.all(
      Array.from(
        { length: 50 },
        () =>
          new Promise<string[]>((resolve) => {
            const events: string[] = [];
            let news = 0;
            const unwatch = feed.watch({
              publicationId,
              afterSeq: 0,
              onEnd: () => undefined,
              onNews(told) {
                events.push(...told.events.map((event) => event.type));
                news += 1;
                if (news < rounds) return;
                unwatch();
                resolve(events);
              },
            });
          }),
      ),
    );
    expect(heard).toEqual(Array.from({ length: 50 }, () => ["accepted"]));
    expect(reads).toBe(rounds);
  } finally {
    stopping.abort();
    await api.stop();
  }
}, 120_000);

test("one who joins while the database answers another misses nothing", async () => {
  const api = await startTestRoutes();
  const stopping = new AbortController();
  try {
    const made = await arrangePost(api);
    const { body } = await made.caller.post("/api/posts", postBody(made));
    const publicationId = body.publications[0].id as string;
    const cancel = () => made.caller.post(`/api/publications/${publicationId}/cancel`);
    const { database: real } = api.db;
    const late: string[] = [];
    const heard = new Promise<void>((resolve) => {
      const join = () => {
        const onNews = (told: { events: readonly { type: string }[] }) => {
          late.push(...told.events.map((event) => event.type));
          if (late.includes("canceled")) resolve();
        };
        feed.watch({ publicationId, afterSeq: 0, onEnd: () => undefined, onNews });
      };
      let reads = 0;
      const database: typeof real = {
        ...real,
        asSystem: async (work) => {
          reads += 1;
          if (reads === 1) {
            await cancel();
            join();
          }
          return await real.asSystem(work);
        },
      };
      const feed = createPublicationFeed({ database, logger: silentLogger, stopping: stopping.signal, pollEveryMs: 5 });
      feed.watch({ publicationId, afterSeq: 1, onEnd: () => undefined, onNews: () => undefined });
    });
    await heard;
    expect(late).toEqual(["accepted", "canceled"]);
  } finally {
    stopping.abort();
    await api.stop();
  }
}, 120_000);
