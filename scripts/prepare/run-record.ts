import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writePrivateFile } from "./private-file.ts";
import { processBirth } from "./process-birth.ts";
import { StopWithSentence } from "./stop-with-sentence.ts";

const processShape = z.object({ name: z.string(), pid: z.int().positive(), birth: z.string() });
const addressesShape = z.object({
  api: z.url(),
  /** Of the simulator, when it stands in for TikTok. */
  simulator: z.object({ wwwUrl: z.url(), apiUrl: z.url(), uploadUrl: z.url() }).optional(),
});
const recordShape = z.object({
  owner: processShape,
  children: z.array(processShape),
  addresses: addressesShape.optional(),
});
type RecordedProcess = z.infer<typeof processShape>;

export type RunningAddresses = z.infer<typeof addressesShape>;

export interface RunRecord {
  /** Remembers a child, so that the next start can end it if we are killed before we can. */
  add(name: string, pid: number): void;
  remove(pid: number): void;
  /** Remembers where it is, for whoever looks from outside (`npm run reelay`). */
  setAddresses(addresses: RunningAddresses): void;
  release(): void;
}

/**
 * Makes this process the one that runs in `directory` and ends what a killed run left behind. Throws the sentence to
 * show when another one runs there.
 */
export async function takeRunRecord(directory: string): Promise<RunRecord> {
  const file = join(directory, "running.json");
  const owner = describe("npm start", process.pid);
  let children: RecordedProcess[] = [];
  let addresses: RunningAddresses | undefined;
  const write = () => writePrivateFile(file, { owner, children, addresses });
  if (!createdAlone(file)) {
    await endLeftovers(readRecord(file));
    rmSync(file, { force: true });
    if (!createdAlone(file))
      throw new StopWithSentence("Another `npm start` has just begun in this directory: let it go on.");
  }
  write();
  return {
    add: (name, pid) => {
      children = [...children, describe(name, pid)];
      write();
    },
    remove: (pid) => {
      children = children.filter((child) => child.pid !== pid);
      write();
    },
    setAddresses: (known) => {
      addresses = addressesShape.parse(known);
      write();
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** Who runs in `directory` now, and where it is once it is ready; null when nobody does. */
export function readRunning(directory: string): { pid: number; addresses: RunningAddresses | undefined } | null {
  const record = readRecord(join(directory, "running.json"));
  if (record === null || !isAlive(record.owner)) return null;
  return { pid: record.owner.pid, addresses: record.addresses };
}

function createdAlone(file: string): boolean {
  try {
    closeSync(openSync(file, "wx", 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function readRecord(file: string): z.infer<typeof recordShape> | null {
  try {
    return recordShape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

async function endLeftovers(record: z.infer<typeof recordShape> | null): Promise<void> {
  if (record === null) return;
  if (isAlive(record.owner)) {
    const { pid } = record.owner;
    throw new StopWithSentence(
      `Reelay already runs in this directory: stop it with Ctrl-C in its terminal, or with \`kill ${pid}\`.`,
    );
  }
  for (const child of record.children) {
    // Postgres takes SIGTERM as "when every client has gone".
    if (isAlive(child)) process.kill(child.pid, child.name === "postgres" ? "SIGINT" : "SIGTERM");
  }
  const until = Date.now() + 20_000;
  while (record.children.some(isAlive)) {
    if (Date.now() > until) for (const child of record.children.filter(isAlive)) process.kill(child.pid, "SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function describe(name: string, pid: number): RecordedProcess {
  return { name, pid, birth: processBirth(pid) ?? "gone" };
}

function isAlive({ pid, birth }: RecordedProcess): boolean {
  return processBirth(pid) === birth;
}
