import { certain } from "./doubt.ts";

/** Reads big-endian numbers one after the other; what lies outside is a Doubt, never an exception of the runtime. */
export class Bytes {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get left(): number {
    return this.#buffer.length - this.#at;
  }

  u8(): number {
    return this.#buffer.readUInt8(this.#step(1));
  }
  u16(): number {
    return this.#buffer.readUInt16BE(this.#step(2));
  }
  u32(): number {
    return this.#buffer.readUInt32BE(this.#step(4));
  }
  i32(): number {
    return this.#buffer.readInt32BE(this.#step(4));
  }

  /** Beyond what a number holds exactly is a Doubt. */
  u64(): number {
    return exact(this.#buffer.readBigUInt64BE(this.#step(8)));
  }
  i64(): number {
    return exact(this.#buffer.readBigInt64BE(this.#step(8)));
  }

  /** Many at once: sample tables hold tens of thousands. */
  u32s(count: number): Uint32Array {
    const bytes = this.take(count * 4);
    const numbers = new Uint32Array(count);
    for (let at = 0; at < count; at += 1) numbers[at] = bytes.readUInt32BE(at * 4);
    return numbers;
  }

  text(length: number): string {
    return this.take(length).toString("latin1");
  }

  take(length: number): Buffer {
    const at = this.#step(length);
    return this.#buffer.subarray(at, at + length);
  }

  skip(length: number): this {
    this.#step(length);
    return this;
  }

  rest(): Buffer {
    return this.take(this.left);
  }

  #step(length: number): number {
    certain(length >= 0 && length <= this.left, `${length} bytes wanted, ${this.left} left`);
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

function exact(value: bigint): number {
  const number = Number(value);
  certain(Number.isSafeInteger(number), `${value} is not a size`);
  return number;
}
