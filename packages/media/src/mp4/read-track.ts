import type { MediaProbe } from "@reelay/domain";
import { boxesIn, only, the } from "./boxes.ts";
import { Bytes } from "./bytes.ts";
import { certain } from "./doubt.ts";
import { readEdits, type Edit } from "./edit-list.ts";
import { readSampleTable, type SampleTable } from "./sample-table.ts";

export interface Mp4Track {
  /** `vide`, `soun`, or what else the handler says. */
  readonly handler: string;
  readonly isEnabled: boolean;
  /** Null where the matrix does more than to turn by quarters. */
  readonly rotation: MediaProbe["rotation"] | null;
  /** As it is to be shown, before it is turned; 0 where it says nothing. */
  readonly shownWidth: number;
  readonly shownHeight: number;
  /** Ticks a second. */
  readonly timescale: number;
  /** Null where the track has no edit list. */
  readonly edits: readonly Edit[] | null;
  readonly samples: SampleTable;
}

const one = 0x10000;
const turns = [
  { rotation: 0, matrix: [one, 0, 0, one] },
  { rotation: 90, matrix: [0, one, -one, 0] },
  { rotation: 180, matrix: [-one, 0, 0, -one] },
  { rotation: 270, matrix: [0, -one, one, 0] },
] as const;

export function readTrack(body: Buffer): Mp4Track {
  const boxes = boxesIn(body);
  const media = boxesIn(the(boxes, "mdia"));
  const edits = only(boxes, "edts");
  const list = edits === undefined ? undefined : only(boxesIn(edits), "elst");
  const information = boxesIn(the(media, "minf"));
  refuseOtherFiles(the(boxesIn(the(information, "dinf")), "dref"));
  return {
    ...readTrackHeader(the(boxes, "tkhd")),
    handler: new Bytes(the(media, "hdlr")).skip(8).text(4),
    timescale: readTimescale(the(media, "mdhd")),
    edits: list === undefined ? null : readEdits(list),
    samples: readSampleTable(boxesIn(the(information, "stbl"))),
  };
}

function readTrackHeader(body: Buffer): Pick<Mp4Track, "isEnabled" | "rotation" | "shownWidth" | "shownHeight"> {
  const bytes = new Bytes(body);
  const isLong = bytes.u8() === 1;
  const flags = bytes.skip(2).u8();
  bytes.skip((isLong ? 32 : 20) + 16);
  const [a, b, u, c, d, v] = [bytes.i32(), bytes.i32(), bytes.i32(), bytes.i32(), bytes.i32(), bytes.i32()];
  bytes.skip(12);
  const turn = turns.find(({ matrix }) => [a, b, c, d].every((value, at) => value === matrix[at]));
  return {
    isEnabled: (flags & 1) === 1,
    rotation: u === 0 && v === 0 && turn !== undefined ? turn.rotation : null,
    shownWidth: bytes.u32() / one,
    shownHeight: bytes.u32() / one,
  };
}

function readTimescale(body: Buffer): number {
  const bytes = new Bytes(body);
  const isLong = bytes.u8() === 1;
  const timescale = bytes.skip(3 + (isLong ? 16 : 8)).u32();
  certain(timescale > 0, "no timescale");
  return timescale;
}

/** A track may say that its samples lie in another file, or at an address. */
function refuseOtherFiles(body: Buffer): void {
  const entries = boxesIn(new Bytes(body).skip(8).rest());
  certain(
    entries.length > 0 && entries.every((entry) => (new Bytes(entry.body).u32() & 1) === 1),
    "samples in another file",
  );
}
