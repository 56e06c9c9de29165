import S3rver from "@20minutes/s3rver";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { addMissingParts, unfinishedUploads, uploadsFolder } from "./s3-additions.ts";
import { createFaults, type S3Faults } from "./s3-faults.ts";

export interface S3Server {
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly forcePathStyle: true;
  };
  /** The same as variables of the environment, for processes. */
  environment(bucket: string): Record<string, string>;
  readonly faults: S3Faults;
  keys(bucket: string): Promise<string[]>;
  unfinished(bucket: string): Promise<string[]>;
  /** Makes objects of one byte, more than requests could make in a moment. */
  plant(bucket: string, keys: readonly string[]): Promise<void>;
  /** Makes an unfinished upload as old as that. */
  age(bucket: string, uploadId: string, begunAt: Date): Promise<void>;
  close(): Promise<void>;
}

/** An S3 server over real HTTP that checks signatures; its objects are files of a directory that `close` removes. */
export async function openS3Server(options: { buckets?: readonly string[] } = {}): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), "s3-server-"));
  const configureBuckets = (options.buckets ?? []).map((name) => ({ name }));
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    vhostBuckets: false,
    directory,
    configureBuckets,
  });
  addMissingParts(server, directory);
  const { faults, middleware } = createFaults();
  server.middleware.unshift(middleware);
  const { port } = await server.run();
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    accessKeyId: "S3RVER",
    secretAccessKey: "S3RVER",
    forcePathStyle: true,
  } as const;
  return {
    settings,
    faults,
    environment: (bucket) => ({
      STORAGE_DRIVER: "s3",
      S3_ENDPOINT: settings.endpoint,
      S3_REGION: settings.region,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: settings.accessKeyId,
      S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
    }),
    async keys(bucket) {
      const folder = join(directory, bucket);
      const files = await readdir(folder, { recursive: true });
      return files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
    },
    unfinished: async (bucket) => (await unfinishedUploads(directory, bucket)).map(({ key }) => key),
    async plant(bucket, keys) {
      for (const key of keys) {
        const path = join(directory, bucket, `${key}${suffix}`);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, "x");
        await writeFile(path.replace(/object$/, "metadata.json"), "{}");
      }
    },
    age: (bucket, uploadId, begunAt) =>
      utimes(join(uploadsFolder(directory, bucket), uploadId, "key"), begunAt, begunAt),
    async close() {
      const closed = server.close();
      server.httpServer.closeAllConnections();
      await closed;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const suffix = "._S3rver_object";
