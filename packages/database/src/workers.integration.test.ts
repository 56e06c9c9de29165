import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { newId } from "./ids.ts";
import { testDatabase, type TestDatabase } from "./testing/index.ts";
import { beat, consumedQueues, leave } from "./workers.ts";

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
});
afterEach(() => db.close());

const worker = (queues: string[]) => ({ id: newId(), name: "publish", queues, places: 2 });
const consumed = async () => (await consumedQueues(db.database, 15_000)).sort();

test("a queue is consumed while a worker that beats serves it", async () => {
  const [publish, convert] = [
    worker(["advance-publication", "check-publication"]),
    worker(["convert-media", "check-publication"]),
  ];
  await beat(db.database, publish);
  await beat(db.database, convert);
  expect(await consumed()).toEqual(["advance-publication", "check-publication", "convert-media"]);
  await db.sql("update workers set seen_at = now() - interval '16 seconds' where id = $1", [publish.id]);
  expect(await consumed()).toEqual(["check-publication", "convert-media"]);
  await beat(db.database, publish);
  expect(await consumed()).toContain("advance-publication");
});

test("a beat tells the present queues and places, and is one row however often it comes", async () => {
  const first = worker(["advance-publication"]);
  await beat(db.database, first);
  await beat(db.database, { ...first, queues: ["check-publication"], places: 7 });
  expect(await db.sql("select queues, places from workers")).toEqual([{ queues: ["check-publication"], places: 7 }]);
});

test("a worker that leaves is out of the count at once, and takes those unseen for a day along", async () => {
  const [leaving, staying, dead] = [worker(["a"]), worker(["b"]), worker(["c"])];
  for (const each of [leaving, staying, dead]) await beat(db.database, each);
  await db.sql("update workers set seen_at = now() - interval '25 hours' where id = $1", [dead.id]);
  await leave(db.database, leaving.id);
  expect(await db.sql("select id from workers")).toEqual([{ id: staying.id }]);
});
