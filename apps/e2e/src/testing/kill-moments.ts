import type { FaultInput } from "@reelay/simulator";
import type { SeededRandom } from "./seeded-random.ts";

/** When the worker is killed. All but `bytes` and `intent` stand still until they are let go, so they are hit exactly. */
export type KillMoment =
  /** This many bytes have reached the platform: in the middle of a chunk, or between two. */
  | { readonly kind: "bytes"; readonly bytes: number }
  /** A chunk that is not the last has been acknowledged, but the answer is still on its way. */
  | { readonly kind: "chunk answer held"; readonly chunk: number }
  /** The intent has just been saved. */
  | { readonly kind: "intent" }
  /** The intent is saved and the last chunk is on its way, but none of it has been taken. */
  | { readonly kind: "last chunk on its way" }
  /** The last chunk has taken effect, and the platform holds the answer. */
  | { readonly kind: "last answer held" };

/** Twenty: eight anywhere in the bytes, three in a chunk's answer, nine after the intent (four of them: the answer held). */
export function killMoments(random: SeededRandom, file: { sizeBytes: number; chunkCount: number }): KillMoment[] {
  const times = (count: number, make: () => KillMoment) => Array.from({ length: count }, make);
  return random.shuffled([
    ...times(8, () => ({ kind: "bytes", bytes: random.between(1, file.sizeBytes) })),
    ...times(3, () => ({ kind: "chunk answer held", chunk: random.between(0, file.chunkCount - 2) })),
    ...times(2, () => ({ kind: "intent" })),
    ...times(3, () => ({ kind: "last chunk on its way" })),
    ...times(4, () => ({ kind: "last answer held" })),
  ]);
}

/** What the simulator must do wrong so that the moment lasts. */
export function faultsFor(moment: KillMoment, openId: string): FaultInput[] {
  switch (moment.kind) {
    case "bytes":
      return [{ endpoint: "upload", mode: { name: "delay", ms: 60 }, chunk: "notLast", times: 20, openId }];
    case "chunk answer held":
      return [{ endpoint: "upload", mode: "hold", chunk: moment.chunk, openId }];
    case "intent":
      return [];
    case "last chunk on its way":
      return [{ endpoint: "upload", mode: { name: "delay", ms: 60_000, before: true }, chunk: "last", openId }];
    case "last answer held":
      return [{ endpoint: "upload", mode: "hold", chunk: "last", openId }];
  }
}
