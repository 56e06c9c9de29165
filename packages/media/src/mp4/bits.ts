import { certain } from "./doubt.ts";

/** Reads the bits of an H.264 or HEVC parameter set (its payload, emulation bytes removed here). */
export class Bits {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(payload: Buffer) {
    this.#bytes = withoutEmulation(payload);
  }

  flag(): boolean {
    return this.u(1) === 1;
  }

  u(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1) {
      const byte = this.#bytes[this.#at >> 3];
      certain(byte !== undefined, "the parameter set ends too early");
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** Unsigned Exp-Golomb (ITU-T H.264, 9.1). */
  ue(): number {
    let zeros = 0;
    while (!this.flag()) {
      zeros += 1;
      certain(zeros <= 31, "a number without end");
    }
    return 2 ** zeros - 1 + this.u(zeros);
  }

  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** 00 00 03 stands for 00 00 (ITU-T H.264, 7.4.1.1). */
function withoutEmulation(payload: Buffer): Buffer {
  const kept: number[] = [];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    kept.push(byte);
  }
  return Buffer.from(kept);
}
