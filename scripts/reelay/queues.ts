import { livingWorkers, setPaused, type LivingWorker } from "@reelay/database";
import { allJobs, readQueues, retryFailedJobs, type QueueState } from "@reelay/jobs";
import { createTimes, parseConfig, processConfig } from "@reelay/runtime";
import { exitCodes, type Call, type Command } from "./command.ts";
import { redisSettings, withDatabase } from "./open-installation.ts";
import { misused } from "./parse-call.ts";
import { resumeCommand } from "./resume.ts";
import { formatSpan } from "./span.ts";
import { formatTable, type Column } from "./table.ts";

export type QueueLine = QueueState & { readonly workers: number; readonly places: number };

export const queuesCommand: Command = {
  name: "queues",
  usage: "[pause | resume | retry-failed <queue>] [--json]",
  summary:
    "Shows what is in each queue and who works on it. `pause` begins no publication any more, `resume` goes on, " +
    "`retry-failed` puts a queue's failed jobs back into line.",
  options: { json: { type: "boolean", says: "print it as JSON" } },
  words: [0, 2],
  run: async (call) => {
    const [verb, queue, ...rest] = call.words;
    if (verb === undefined) return await show(call);
    if (verb === "retry-failed" && queue !== undefined) return await retryFailed(call, queue);
    if (queue !== undefined || rest.length > 0) throw misused(queuesCommand, `${verb} takes no further word`);
    if (verb === "pause") return await pause(call);
    if (verb === "resume") return await resumeCommand.run(call);
    throw misused(queuesCommand, `queues does not know ${JSON.stringify(verb)}, or misses the queue's name`);
  },
};

async function show(call: Call): Promise<number> {
  const states = await readQueues(redisSettings(call), allJobs);
  const workers = await withDatabase(call, (database, { env }) =>
    livingWorkers(database, createTimes(parseConfig(processConfig, env).TIME_SCALE).workerAliveMs),
  );
  const lines = states.map((state) => withWorkers(state, workers));
  if (call.flag("json")) call.terminal.say(JSON.stringify({ queues: lines }));
  else for (const line of formatTable(queueColumns, lines, call.terminal.width)) call.terminal.say(line);
  return exitCodes.done;
}

async function pause(call: Call): Promise<number> {
  await withDatabase(call, (database) => setPaused(database, true));
  if (call.flag("json")) call.terminal.say(JSON.stringify({ paused: true }));
  else call.terminal.say("Paused: what runs is finished, nothing else begins until `npm run reelay -- queues resume`.");
  return exitCodes.done;
}

async function retryFailed(call: Call, name: string): Promise<number> {
  const job = allJobs.find((job) => job.name === name);
  if (job === undefined) {
    const names = allJobs.map((job) => job.name).join(", ");
    throw misused(queuesCommand, `There is no queue ${JSON.stringify(name)}, only ${names}`);
  }
  const retried = await retryFailedJobs(redisSettings(call), job);
  if (call.flag("json")) call.terminal.say(JSON.stringify({ retried }));
  else
    call.terminal.say(retried === 0 ? `No job of ${name} has failed.` : `${retried} failed of ${name} back in line.`);
  return exitCodes.done;
}

function withWorkers(state: QueueState, workers: readonly LivingWorker[]): QueueLine {
  const own = workers.filter(({ queues }) => queues.includes(state.name));
  return { ...state, workers: own.length, places: own.reduce((sum, { places }) => sum + places, 0) };
}

export const queueColumns: readonly Column<QueueLine>[] = [
  { title: "queue", cell: ({ name, paused }) => (paused ? `${name} (paused)` : name) },
  { title: "waiting", cell: ({ waiting }) => String(waiting), align: "right" },
  {
    title: "oldest",
    cell: ({ oldestWaitingMs }) => (oldestWaitingMs === null ? "" : formatSpan(oldestWaitingMs)),
    align: "right",
  },
  { title: "active", cell: ({ active }) => String(active), align: "right" },
  { title: "delayed", cell: ({ delayed }) => String(delayed), align: "right" },
  { title: "failed", cell: ({ failed }) => String(failed), align: "right" },
  { title: "workers", cell: ({ workers }) => String(workers), align: "right" },
  { title: "places", cell: ({ places }) => String(places), align: "right", goes: 1 },
];
