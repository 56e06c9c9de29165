import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulator, type SimulatorOptions } from "../create-simulator.ts";

interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  readonly code: string;
  readonly message: string;
  readonly data: Record<string, unknown> | undefined;
}
interface Plan {
  readonly chunk?: number;
  readonly count?: number;
  readonly info?: Record<string, unknown>;
}

export const postsPrivately = { title: "hello", privacy_level: "SELF_ONLY", brand_content_toggle: false };

/** A simulator with a clock that only the test moves, one creator who has consented, and calls as an app makes them. */
export async function startBench(options: Partial<SimulatorOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "reelay-sim-"));
  const time = { now: Date.parse("2026-11-25T10:00:00Z") };
  const simulator = await createSimulator({
    directory,
    mediaCheck: false,
    seed: 1,
    clock: { now: () => time.now },
    ...options,
  });
  const { world, apiUrl } = simulator;
  const [creator] = [...world.accounts.values()];
  if (!creator) throw new Error("there is no account");
  const { accessToken } = world.grant(creator.openId);

  const api = async (path: string, body: unknown = {}, token = accessToken): Promise<ApiAnswer> => {
    const response = await fetch(`${apiUrl}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json; charset=UTF-8" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json = JSON.parse(text) as { data?: Record<string, unknown>; error: { code: string; message: string } };
    return { status: response.status, text, code: json.error.code, message: json.error.message, data: json.data };
  };
  const init = (size: number, { chunk = size, count = 1, info = {} }: Plan = {}, token = accessToken) =>
    api(
      "/v2/post/publish/video/init/",
      {
        post_info: { ...postsPrivately, ...info },
        source_info: { source: "FILE_UPLOAD", video_size: size, chunk_size: chunk, total_chunk_count: count },
      },
      token,
    );
  const begin = async (size: number, plan: Plan = {}) => {
    const { data, text } = await init(size, plan);
    if (!data) throw new Error(text);
    return { url: String(data["upload_url"]), publishId: String(data["publish_id"]) };
  };
  const form = async (path: string, fields: Record<string, string>) => {
    const response = await fetch(`${apiUrl}${path}`, {
      method: "POST",
      body: new URLSearchParams({ client_key: "sim-client-key", client_secret: "sim-client-secret", ...fields }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    simulator,
    world,
    creator,
    accessToken,
    time,
    directory,
    api,
    init,
    begin,
    token: (fields: Record<string, string>) => form("/v2/oauth/token/", fields),
    revoke: (fields: Record<string, string>) => form("/v2/oauth/revoke/", fields),
    creatorInfo: (token = accessToken) => api("/v2/post/publish/creator_info/query/", {}, token),
    status: (publishId: string, token = accessToken) =>
      api("/v2/post/publish/status/fetch/", { publish_id: publishId }, token),
    async close() {
      await simulator.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type Bench = Awaited<ReturnType<typeof startBench>>;

/** One PUT of `bytes` at `first` of `total`. */
export async function put(
  url: string,
  bytes: Uint8Array,
  {
    first = 0,
    total = bytes.length,
    headers = {},
  }: { first?: number; total?: number; headers?: Record<string, string> } = {},
): Promise<{ status: number; contentRange: string | null }> {
  const response = await fetch(url, {
    method: "PUT",
    headers: {
      "content-type": "video/mp4",
      "content-range": `bytes ${first}-${first + bytes.length - 1}/${total}`,
      ...headers,
    },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  await response.arrayBuffer();
  return { status: response.status, contentRange: response.headers.get("content-range") };
}
