import { open, type FileHandle } from "node:fs/promises";

const headerBytes = 16;
const maxBoxes = 10_000;
const wholeBoxes = new Set(["ftyp", "moov", "mdat", "moof", "free", "skip", "wide", "uuid", "sidx"]);

/**
 * Says where an MP4 or MOV was cut off, by its outermost boxes alone; null when it is whole or something else. ffprobe does not notice
 * a missing end when the index comes first.
 */
export async function findMissingBytes(path: string, sizeBytes: number): Promise<string | null> {
  const file = await open(path, "r");
  try {
    let at = 0;
    for (let boxes = 0; boxes < maxBoxes && at + 8 <= sizeBytes; boxes += 1) {
      const box = await readBox(file, at);
      if (box === null || !wholeBoxes.has(box.type)) return null;
      // A size of 0 means: to the end of the file.
      if (box.sizeBytes === 0) return null;
      if (at + box.sizeBytes > sizeBytes)
        return `${box.type} at ${at} needs ${box.sizeBytes} bytes, the file ends at ${sizeBytes}`;
      at += box.sizeBytes;
    }
    return null;
  } finally {
    await file.close();
  }
}

async function readBox(file: FileHandle, at: number): Promise<{ type: string; sizeBytes: number } | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, at);
  if (bytesRead < 8) return null;
  const short = buffer.readUInt32BE(0);
  const type = buffer.toString("latin1", 4, 8);
  if (short !== 1) return short === 0 || short >= 8 ? { type, sizeBytes: short } : null;
  const long = bytesRead < headerBytes ? 0n : buffer.readBigUInt64BE(8);
  return long < 16n ? null : { type, sizeBytes: Number(long) };
}
