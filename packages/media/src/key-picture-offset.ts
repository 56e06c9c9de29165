const startCode = Buffer.from([0, 0, 1]);
const keyPictureType = 5;

/** Where the first key picture of an H.264 byte stream begins (ITU-T H.264, 7.3.1 and annex B), its start code included. */
export function keyPictureOffset(stream: Buffer): number {
  for (let at = stream.indexOf(startCode); at >= 0; at = stream.indexOf(startCode, at + startCode.length)) {
    if (((stream[at + startCode.length] ?? 0) & 0x1f) === keyPictureType) return stream[at - 1] === 0 ? at - 1 : at;
  }
  throw new RangeError("no key picture in the stream");
}
