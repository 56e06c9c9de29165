import type { SimulatorOptions } from "@reelay/simulator";
import { createBench, type Bench, type TestCreator } from "./bench.ts";
import { startRefresher } from "./refresher.ts";
import { until } from "@reelay/runtime/testing";

export interface RotationsWish {
  readonly profile: NonNullable<SimulatorOptions["profile"]>;
  readonly refreshers: number;
  readonly accounts: number;
  /** At least so many for each account. */
  readonly rotations: number;
  readonly limitMs: number;
}

export interface Figures {
  readonly rotations: number;
  /** Of the account that has the fewest. */
  readonly fewestRotations: number;
  readonly slowAnswers: number;
  /** Rotations whose answer nobody received. */
  readonly lostAnswers: number;
  /** Accounts lost, by cause. Each was connected again by its creator. */
  readonly lost: Readonly<Record<string, number>>;
  /** `invalid_grant`, received. */
  readonly refusals: number;
  readonly oldTokenUses: number;
  readonly oldTokenUsesAfterAnswer: number;
  readonly seconds: number;
}

/** Short, so that each account rotates every few seconds. */
const lives = { accessSec: 4, refreshSec: 86_400 };
const lostEvery = 33;
const slowEvery = 12;
const slowMs = 400;
const endless = 1_000_000;

/**
 * Refreshers as processes keep accounts alive that all have work due, while every 33rd answer is lost and every 12th is
 * slow; ends when each account has its rotations and nothing unanswered is left, and says what it came to.
 */
export async function rotate(wish: RotationsWish): Promise<Figures> {
  const bench = await createBench({ profile: wish.profile, lives });
  const refreshers = Array.from({ length: wish.refreshers }, (_, at) => startRefresher(environmentOf(bench, at)));
  const lost: Record<string, number> = {};
  const startedAt = performance.now();
  try {
    const creators = await connectAll(bench, wish.accounts);
    const { world } = bench.simulator;
    world.addFault({ endpoint: "token", mode: "dropAfterEffect", every: lostEvery, times: endless });
    world.addFault({ endpoint: "token", mode: { name: "delay", ms: slowMs }, every: slowEvery, times: endless });
    await until(
      async () => {
        await reconnectLost(bench, creators, lost);
        return fewest(bench, creators) >= wish.rotations;
      },
      { limitMs: wish.limitMs },
    );
    world.clearFaults();
    await until(
      async () => {
        await reconnectLost(bench, creators, lost);
        return await isSettled(bench);
      },
      { limitMs: 60_000 },
    );
    await Promise.all(refreshers.map((refresher) => refresher.stop()));
    return figuresOf(bench, creators, { lost, seconds: Math.round((performance.now() - startedAt) / 1000) });
  } finally {
    for (const refresher of refreshers) refresher.kill();
    await bench.close();
  }
}

/** Queues of its own: no job of one keeps another from the same account at the same moment, Postgres alone does. */
function environmentOf({ environment, redis }: Bench, at: number) {
  return { ...environment, REDIS_KEY_PREFIX: `${redis.keyPrefix}-${at}`, DATABASE_MAX_CONNECTIONS: "6" };
}

async function connectAll(bench: Bench, count: number): Promise<TestCreator[]> {
  const creators: TestCreator[] = [];
  let workspaceId: string | undefined;
  while (creators.length < count) {
    const creator = await bench.connect(workspaceId);
    workspaceId = creator.workspaceId;
    await bench.publication(creator, -1);
    creators.push(creator);
  }
  return creators;
}

async function reconnectLost(bench: Bench, creators: readonly TestCreator[], lost: Record<string, number>) {
  const rows = await bench.db.sql<{ id: string; cause: string }>(
    "select id, state_cause as cause from social_accounts where state <> 'connected'",
  );
  for (const { id, cause } of rows) {
    lost[cause] = (lost[cause] ?? 0) + 1;
    const creator = creators.find(({ accountId }) => accountId === id);
    if (creator) await bench.reconnect(creator);
  }
}

/** No refresh is under way or unanswered, and nobody is lost. */
async function isSettled(bench: Bench): Promise<boolean> {
  const rows = await bench.db.sql(
    `select 1 from grants g join social_accounts a on a.id = g.account_id
      where g.refresh_sent_at is not null or a.state <> 'connected' limit 1`,
  );
  return rows.length === 0;
}

const rotationsOf = (bench: Bench) =>
  bench.simulator.world.calls.filter(({ endpoint, code }) => endpoint === "token" && code === "ok");

function fewest(bench: Bench, creators: readonly TestCreator[]): number {
  const counts = new Map<string | null, number>();
  for (const { openId } of rotationsOf(bench)) counts.set(openId, (counts.get(openId) ?? 0) + 1);
  return Math.min(...creators.map(({ openId }) => counts.get(openId) ?? 0));
}

function figuresOf(bench: Bench, creators: readonly TestCreator[], seen: Pick<Figures, "lost" | "seconds">): Figures {
  const { world } = bench.simulator;
  const rotations = rotationsOf(bench);
  const { oldTokenUses, oldTokenUsesAfterAnswer } = world.tokens.counts();
  return {
    rotations: rotations.length,
    fewestRotations: fewest(bench, creators),
    slowAnswers: Math.floor(rotations.length / slowEvery),
    lostAnswers: rotations.filter(({ dropped }) => dropped).length,
    refusals: world.calls.filter(
      ({ endpoint, code, dropped }) => endpoint === "token" && code === "invalid_grant" && !dropped,
    ).length,
    oldTokenUses,
    oldTokenUsesAfterAnswer,
    ...seen,
  };
}
