import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { beginUpload, newId, uploadRows } from "@reelay/database";
import { createFinishUpload } from "@reelay/flows";
import { sweepUploads } from "@reelay/jobs";
import { performJob } from "@reelay/jobs/testing";
import { inspectUpload } from "@reelay/media";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createSweepUploads } from "./sweep-uploads.ts";
import { createBench, type Bench } from "./testing/bench.ts";

let bench: Bench;
let video: Buffer;
beforeAll(async () => {
  bench = await createBench();
  const { workspaceId } = await bench.workspace();
  const { storageKey } = await bench.media(workspaceId, "video");
  video = await readFile(join(bench.directory, "objects", storageKey));
}, 120_000);
afterAll(() => bench.close());

const uploadsDirectory = () => join(bench.directory, "uploads");
const filesOf = async (workspaceId: string) =>
  await readdir(join(uploadsDirectory(), workspaceId)).catch(() => [] as string[]);

async function setup() {
  const { workspaceId } = await bench.workspace();
  const stage = async (id: string, bytes: Buffer, modifiedAt = new Date()) => {
    const path = join(uploadsDirectory(), workspaceId, id);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    await utimes(path, modifiedAt, modifiedAt);
  };
  const begin = async (sizeBytes: number, expiresInMs = 60_000) => {
    const id = newId();
    const { limits } = bench.deps.uploads;
    const upload = { id, kind: "tus", sizeBytes, metadata: { filename: "a.mp4" }, expiresInMs } as const;
    await beginUpload(bench.database, workspaceId, upload, limits);
    return id;
  };
  const row = async (id: string) => (await bench.db.sql("select * from uploads where id = $1", [id]))[0];
  const media = () => bench.db.sql("select * from media where workspace_id = $1", [workspaceId]);
  return { workspaceId, stage, begin, row, media };
}

const sweep = () => {
  const { database, storage, times } = bench.deps;
  const inspect = (path: string) => inspectUpload(path, { allowedTypes: bench.deps.uploads.allowedTypes });
  const finishUpload = createFinishUpload({
    rows: uploadRows(database),
    storage,
    times,
    inspect,
    onMedia: () => undefined,
  });
  const deps = { database, uploadsDirectory: uploadsDirectory(), finishUpload };
  return performJob(sweepUploads, createSweepUploads(deps), {});
};

test("an upload whose API died after the last byte becomes its media, once", async () => {
  const { begin, stage, row, media, workspaceId } = await setup();
  const id = await begin(video.length);
  await stage(id, video);
  await sweep();
  await sweep();
  expect(await row(id)).toMatchObject({ state: "finished", media_id: id });
  expect(await media()).toMatchObject([{ id, state: "probing", file_name: "a.mp4" }]);
  expect(await filesOf(workspaceId)).toEqual([]);
});

test("one whose API died between the stored bytes and the row does, too", async () => {
  const { begin, stage, media, workspaceId } = await setup();
  const id = await begin(video.length);
  await stage(id, video);
  const key = `media/${workspaceId}/${id}`;
  await bench.storage.putFile(key, await copyOf(video));
  await sweep();
  expect(await media()).toMatchObject([{ id, storage_key: key }]);
  expect((await bench.sha256(key)).sizeBytes).toBe(video.length);
});

test("one that is still being written is left alone", async () => {
  const { begin, stage, row } = await setup();
  const [half, held] = [await begin(video.length), await begin(video.length)];
  await stage(half, video.subarray(1));
  await stage(held, video);
  await bench.db.sql(
    "update uploads set lock_token = gen_random_uuid(), lock_until = now() + interval '1 min' where id = $1",
    [held],
  );
  await sweep();
  expect(await row(half)).toMatchObject({ state: "open" });
  expect(await row(held)).toMatchObject({ state: "open" });
});

test("one that is no media is refused, and its room is free", async () => {
  const { begin, stage, row, media, workspaceId } = await setup();
  const text = Buffer.from("no media at all");
  const id = await begin(text.length);
  await stage(id, text);
  await sweep();
  expect(await row(id)).toMatchObject({ state: "refused", failure: { code: "media_type_unsupported" } });
  expect(await media()).toEqual([]);
  expect(await filesOf(workspaceId)).toEqual([]);
});

test("those that have run out go with their files; files of nobody go when they are old", async () => {
  const { begin, stage, row, workspaceId } = await setup();
  const [old, living] = [await begin(1_000, 1), await begin(1_000)];
  await stage(old, Buffer.alloc(10));
  await stage(living, Buffer.alloc(10));
  const dayAgo = new Date(Date.now() - 25 * 60 * 60_000);
  await stage(newId(), Buffer.alloc(10), dayAgo);
  const young = newId();
  await stage(young, Buffer.alloc(10));
  await bench.db.sql("update uploads set expires_at = now() - interval '1 s' where id = $1", [old]);
  await sweep();
  expect(await row(old)).toBeUndefined();
  expect((await filesOf(workspaceId)).toSorted()).toEqual([living, young].toSorted());
});

async function copyOf(bytes: Buffer): Promise<string> {
  const path = join(bench.directory, `copy-${newId()}`);
  await writeFile(path, bytes);
  return path;
}
