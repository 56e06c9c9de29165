import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { mp4Bytes } from "./media-bytes.ts";
import { startTestApi } from "./start-test-api.ts";
import { tusClient, type TusClient } from "./tus-client.ts";

const pieceBytes = 1_048_576;

export interface ThroughCuts {
  readonly sentSha256: string;
  readonly media: { readonly sha256: string; readonly sizeBytes: number };
  readonly cuts: number;
  readonly mediaRows: number;
}

/** Uploads `megabytes` to an API of its own process: five connections are cut, then the process is killed and started again. */
export async function uploadThroughCuts(megabytes: number): Promise<ThroughCuts> {
  const api = await startTestApi({ environment: { MEDIA_MAX_BYTES: "4294967296", TIME_SCALE: "0.1" } });
  const size = megabytes * pieceBytes;
  const noise = randomBytes(pieceBytes);
  const pieceAt = (index: number): Buffer => {
    if (index === 0) return mp4Bytes(pieceBytes);
    noise.writeUInt32BE(index, 0);
    return Buffer.from(noise);
  };
  let child: ChildProcess | null = null;
  try {
    const started = await startApi(api.environment);
    child = started.child;
    let tus = tusClient(started.url, api.apiKey);
    const path = (await tus.create({ size, name: "long.mp4" })).headers["location"] ?? "";
    let cuts = 0;
    for (; cuts < 5; cuts += 1) {
      const offset = await offsetOf(tus, path);
      await sendPart(tus, path, { offset, until: Math.floor((size * (cuts + 1)) / 8), size, pieceAt });
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    const restarted = await startApi(api.environment);
    child = restarted.child;
    tus = tusClient(restarted.url, api.apiKey);
    const offset = await offsetOf(tus, path);
    await sendPart(tus, path, { offset, until: size, size, pieceAt });
    const { body } = await tus.get(path);
    const media = (await (
      await fetch(`${restarted.url}/api/media/${body.mediaId}`, { headers: { authorization: `Bearer ${api.apiKey}` } })
    ).json()) as ThroughCuts["media"];
    const hash = createHash("sha256");
    for (let index = 0; index < megabytes; index += 1) hash.update(pieceAt(index));
    const [rows] = await api.db.sql<{ count: number }>("select count(*)::int as count from media");
    return { sentSha256: hash.digest("hex"), media, cuts, mediaRows: rows?.count ?? 0 };
  } finally {
    child?.kill("SIGKILL");
    await api.close();
  }
}

/** Sends up to `until`; short of the end the connection is broken off there, mid-piece. */
async function sendPart(
  tus: TusClient,
  path: string,
  part: { offset: number; until: number; size: number; pieceAt: (index: number) => Buffer },
): Promise<void> {
  const { call, answer } = tus.openPatch(path, part.offset, { "content-length": String(part.size - part.offset) });
  const isLast = part.until === part.size;
  for (let at = part.offset; at < part.until;) {
    const piece = part.pieceAt(Math.floor(at / pieceBytes)).subarray(at % pieceBytes);
    const sent = piece.subarray(0, part.until - at);
    if (!call.write(sent)) await Promise.race([once(call, "drain"), answer]);
    at += sent.length;
  }
  if (isLast) {
    call.end();
    const { status, body } = await answer;
    if (status !== 204) throw new Error(`the last piece was answered ${status} ${JSON.stringify(body)}`);
    return;
  }
  call.destroy();
  await answer.catch(() => undefined);
}

/** As a client that resumes: the lock of a process that died is free after a moment. */
async function offsetOf(tus: TusClient, path: string): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await tus.head(path);
    if (answer.status === 200) return Number(answer.headers["upload-offset"]);
    if (answer.status !== 423) throw new Error(`HEAD answered ${answer.status}`);
    await pause(100);
  }
  throw new Error("the upload stayed locked");
}

async function startApi(environment: Readonly<Record<string, string>>): Promise<{ child: ChildProcess; url: string }> {
  const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", program], {
    env: { PATH: process.env["PATH"], ...environment, PORT: "0", LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`the API ended: ${said}`)));
    child.stdout?.on("data", (text: Buffer) => {
      said += text.toString();
      const found = /"url":"(http:[^"]+)"/.exec(said);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
  });
  return { child, url };
}
