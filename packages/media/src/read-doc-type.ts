import { open } from "node:fs/promises";

const headBytes = 64;
/** EBML id of the element that names the kind of document: https://www.rfc-editor.org/rfc/rfc8794 (11.2.6). */
const docTypeId = Buffer.from([0x42, 0x82]);

/** `webm` or `matroska`, as an EBML file names itself; null for other files. */
export async function readDocType(path: string): Promise<string | null> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const at = buffer.indexOf(docTypeId);
    const length = (buffer[at + 2] ?? 0) & 0x7f;
    if (at < 0 || at + 3 + length > bytesRead) return null;
    return buffer.toString("latin1", at + 3, at + 3 + length);
  } finally {
    await file.close();
  }
}
