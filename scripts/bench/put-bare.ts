import { createReadStream } from "node:fs";
import { Agent, request } from "node:http";
import { pipeline } from "node:stream/promises";
import { chunkOf, planChunks } from "@reelay/domain";

export interface BareUpload {
  readonly apiUrl: string;
  readonly accessToken: string;
  readonly path: string;
  readonly sizeBytes: number;
}

interface Init {
  readonly data: { readonly publish_id: string; readonly upload_url: string };
}

/** What any upload must do and nothing else: init, then each chunk from the file to the platform. Returns the publish id. */
export async function putBare({ apiUrl, accessToken, path, sizeBytes }: BareUpload): Promise<string> {
  const plan = planChunks(sizeBytes);
  const source = {
    source: "FILE_UPLOAD",
    video_size: sizeBytes,
    chunk_size: plan.chunkBytes,
    total_chunk_count: plan.count,
  };
  const answer = await fetch(`${apiUrl}/v2/post/publish/video/init/`, {
    method: "POST",
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json; charset=UTF-8" },
    body: JSON.stringify({ post_info: { privacy_level: "PUBLIC_TO_EVERYONE", title: "bare" }, source_info: source }),
  });
  if (!answer.ok) throw new Error(`init: ${answer.status} ${await answer.text()}`);
  const { data } = (await answer.json()) as Init;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let index = 0; index < plan.count; index += 1) {
    const { first, last } = chunkOf(plan, index);
    await putRange({ agent, url: data.upload_url, path, first, last, sizeBytes });
  }
  agent.destroy();
  return data.publish_id;
}

interface Range {
  readonly agent: Agent;
  readonly url: string;
  readonly path: string;
  readonly first: number;
  readonly last: number;
  readonly sizeBytes: number;
}

async function putRange({ agent, url, path, first, last, sizeBytes }: Range): Promise<void> {
  const headers = {
    "content-type": "video/mp4",
    "content-length": last - first + 1,
    "content-range": `bytes ${first}-${last}/${sizeBytes}`,
  };
  const put = request(url, { method: "PUT", agent, headers });
  const answered = new Promise<number>((resolve, reject) => {
    put.once("error", reject);
    put.once("response", (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
  });
  await Promise.all([pipeline(createReadStream(path, { start: first, end: last }), put), answered]);
  const status = await answered;
  if (status !== 201 && status !== 206) throw new Error(`chunk from ${first}: ${status}`);
}
