import type { Environment } from "@reelay/runtime";
import { z } from "zod";
import { startChild, type Child } from "../prepare/child.ts";
import { nodeProgram } from "../prepare/node-program.ts";
import type { SimulatorAddress } from "./environment.ts";

const readyShape = z.object({ wwwUrl: z.url(), apiUrl: z.url(), uploadUrl: z.url() });
/** The app that the simulator knows. */
export const simulatorCredentials = { clientKey: "sim-client-key", clientSecret: "sim-client-secret" } as const;

export interface SimulatorOptions {
  readonly root: string;
  readonly directory: string;
  readonly env: Environment;
  readonly ports: { readonly www: number; readonly api: number; readonly upload: number };
  readonly logFile: string;
  /** Where the API will take its webhooks. */
  readonly webhookUrl: string;
  /** Written over the simulator's own options. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** Starts the stand-in for TikTok as a child of ours. */
export async function startSimulator(options: SimulatorOptions): Promise<{ child: Child; address: SimulatorAddress }> {
  const publicUrl = options.env["PUBLIC_URL"];
  const redirectUris = ["http://localhost:*/tiktok-callback", ...(publicUrl ? [`${publicUrl}/tiktok-callback`] : [])];
  const { www, api, upload } = options.ports;
  const settings = {
    directory: options.directory,
    ports: { www, api, upload },
    app: { ...simulatorCredentials, platform: "desktop", redirectUris },
    keepState: true,
    ...(options.env["FFPROBE_PATH"] && { ffprobePath: options.env["FFPROBE_PATH"] }),
    ...options.more,
    webhooks: { url: options.webhookUrl, ...(options.more["webhooks"] as object | undefined) },
  };
  const child = await startChild({
    name: "simulator",
    ...nodeProgram(options.root, "packages/simulator/src/main.ts", [JSON.stringify(settings)]),
    env: { PATH: options.env["PATH"], HOME: options.env["HOME"], TZ: options.env["TZ"] },
    directory: options.root,
    logFile: options.logFile,
    stopSignal: "SIGTERM",
    stopLimitMs: 5_000,
    endsWithUs: true,
  });
  try {
    const urls = await child.lineThat((line) => readyShape.safeParse(parseLine(line)).data, 30_000);
    return { child, address: { ...urls, ...simulatorCredentials } };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
