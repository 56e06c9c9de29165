import { boxesIn, only, the, type Box } from "./boxes.ts";
import { Bytes } from "./bytes.ts";
import { certain } from "./doubt.ts";
import { readH264 } from "./h264-parameters.ts";
import { readHevc } from "./hevc-parameters.ts";
import { colorOf, type ColorTraits, type PictureTraits } from "./picture-traits.ts";

export interface VideoEntry extends PictureTraits {
  /** Bytes before each unit of a sample that tell its length. */
  readonly lengthBytes: number;
}

const fixedBytes = 78;
const spsType = 33;

/** What a sample entry of H.264 or HEVC says of its pictures. A Doubt for any other codec. */
export function readVideoEntry(entry: Box): VideoEntry {
  const boxes = boxesIn(new Bytes(entry.body).skip(fixedBytes).rest());
  const { lengthBytes, traits } = readParameters(entry.type, boxes);
  certain([1, 2, 4].includes(lengthBytes), `lengths of ${lengthBytes} bytes`);
  const color = mergeColor(traits.color, only(boxes, "colr"));
  return { ...traits, lengthBytes, color, pixelAspect: readPixelAspect(only(boxes, "pasp")) ?? traits.pixelAspect };
}

function readParameters(type: string, boxes: readonly Box[]): { lengthBytes: number; traits: PictureTraits } {
  switch (type) {
    case "avc1":
      return readAvc(the(boxes, "avcC"));
    case "hvc1":
      return readHvc(the(boxes, "hvcC"));
  }
  certain(false, `${type} is for ffprobe`);
}

/** ISO/IEC 14496-15, 5.3.3.1. */
function readAvc(body: Buffer): { lengthBytes: number; traits: PictureTraits } {
  const bytes = new Bytes(body).skip(4);
  const lengthBytes = (bytes.u8() & 3) + 1;
  certain((bytes.u8() & 0x1f) === 1, "several parameter sets");
  return { lengthBytes, traits: readH264(bytes.take(bytes.u16())) };
}

/** ISO/IEC 14496-15, 8.3.3.1. */
function readHvc(body: Buffer): { lengthBytes: number; traits: PictureTraits } {
  const bytes = new Bytes(body).skip(21);
  const lengthBytes = (bytes.u8() & 3) + 1;
  const sets: Buffer[] = [];
  for (let arrays = bytes.u8(); arrays > 0; arrays -= 1) {
    const type = bytes.u8() & 0x3f;
    for (let units = bytes.u16(); units > 0; units -= 1) {
      const unit = bytes.take(bytes.u16());
      if (type === spsType) sets.push(unit);
    }
  }
  const [set] = sets;
  certain(set !== undefined && sets.length === 1, `${sets.length} parameter sets`);
  return { lengthBytes, traits: readHevc(set) };
}

function readPixelAspect(body: Buffer | undefined): PictureTraits["pixelAspect"] {
  if (body === undefined) return null;
  const bytes = new Bytes(body);
  const [numerator, denominator] = [bytes.u32(), bytes.u32()];
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : null;
}

/** The stream's own word first; the container's where the stream says nothing. */
function mergeColor(own: ColorTraits, body: Buffer | undefined): ColorTraits {
  const bytes = new Bytes(body ?? Buffer.alloc(0));
  const kind = bytes.left >= 10 ? bytes.text(4) : "";
  if (kind !== "nclx" && kind !== "nclc") return own;
  const told = colorOf({ primaries: bytes.u16(), transfer: bytes.u16(), matrix: bytes.u16() });
  const isFullRange = kind === "nclx" && bytes.left > 0 ? (bytes.u8() & 0x80) !== 0 : null;
  return {
    isFullRange: own.isFullRange ?? isFullRange,
    primaries: own.primaries ?? told.primaries,
    transfer: own.transfer ?? told.transfer,
    matrix: own.matrix ?? told.matrix,
  };
}
