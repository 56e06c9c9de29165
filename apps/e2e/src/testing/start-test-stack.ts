import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSecrets } from "../../../../scripts/prepare/secrets.ts";
import { startStack, type Stack } from "../../../../scripts/start/stack.ts";
import { createApiCaller, type ApiCaller } from "./api-caller.ts";
import { connectTiktok } from "./connect-tiktok.ts";
import { simulatorControl, type SimulatorControl } from "./simulator-control.ts";

export interface TestStackOptions {
  /** Each app a process of its own. */
  readonly processes?: boolean;
  /** Until a process that ended is started again. */
  readonly restartAfterMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly simulatorOptions?: Readonly<Record<string, unknown>>;
  /** Where the state is; else a directory that `stop` removes. */
  readonly directory?: string;
}

export interface TestStack {
  readonly stack: Stack;
  readonly directory: string;
  readonly api: ApiCaller;
  readonly simulator: SimulatorControl;
  /** What the start script said. */
  readonly said: readonly string[];
  /** Postgres as somebody who sees every row. */
  readonly superuserUrl: string;
  /** A new account on the platform, connected to our workspace. */
  connect(username: string): Promise<{ accountId: string; openId: string }>;
  stop(): Promise<void>;
}

/** Everything for real, on free ports: Postgres, Redis, the simulator and our apps. `stop` leaves nothing behind. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "reelay-e2e-")));
  // As root, Postgres runs as somebody else: it must be able to pass, or its data would lie elsewhere and stay there.
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o711);
  const said: string[] = [];
  const stack = await startStack({
    directory,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], NODE_ENV: "test", ...options.env },
    ports: "free",
    processes: options.processes ?? false,
    ...(options.restartAfterMs !== undefined && { restartAfterMs: options.restartAfterMs }),
    simulatorOptions: options.simulatorOptions ?? {},
    log: (line) => void said.push(line),
  });
  const stop = async () => {
    await stack.stop();
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
  };
  try {
    await stack.waitUntilReady();
  } catch (error) {
    await stop();
    throw new Error(`the stack was not ready:\n${said.join("\n")}`, { cause: error });
  }
  const api = createApiCaller(stack.urls.api, stack.apiKey);
  const simulator = simulatorControl(stack.urls.simulator ?? "");
  const superuser = new URL(stack.env["DATABASE_URL"] ?? "");
  superuser.username = "postgres";
  superuser.password = loadSecrets(directory).postgresPassword;
  return {
    stack,
    directory,
    api,
    simulator,
    said,
    superuserUrl: superuser.href,
    async connect(username) {
      const { openId } = await simulator.addAccount(username);
      return { accountId: await connectTiktok(api, openId), openId };
    },
    stop,
  };
}
