/** S3 takes at most 10,000 parts of at least 5 MiB; this makes 78 GiB possible. */
export const partBytes = 8_388_608;

/** Parts of the same size but the last, at least one; two buffers serve them all, so each is good until the next but one is asked for. */
export async function* cutIntoParts(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let [part, other]: [Buffer, Buffer | null] = [Buffer.allocUnsafeSlow(partBytes), null];
  let filled = 0;
  for await (const piece of pieces) {
    for (let taken = 0; taken < piece.length;) {
      if (filled === partBytes) {
        yield part;
        [part, other] = [other ?? Buffer.allocUnsafeSlow(partBytes), part];
        filled = 0;
      }
      const copied = piece.copy(part, filled, taken);
      taken += copied;
      filled += copied;
    }
  }
  yield part.subarray(0, filled);
}
