import { crc32, deflateSync } from "node:zlib";

/** A PNG whose header declares these sides; its one compressed row is all there is of the picture. */
export function pngBytes(width: number, height: number, seed = 0): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const text = Buffer.from(`seed\0${seed}`, "latin1");
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("tEXt", text),
    chunk("IDAT", deflateSync(Buffer.alloc(width > 1_000 ? 16 : (width * 3 + 1) * height))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Bytes that begin as an MP4 does; whether the rest is one only a probe can tell. */
export function mp4Bytes(sizeBytes: number): Buffer {
  const head = Buffer.from("\0\0\0\x18ftypisom\0\0\x02\0isommp41", "latin1");
  return Buffer.concat([head, Buffer.alloc(Math.max(0, sizeBytes - head.length), 7)]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
