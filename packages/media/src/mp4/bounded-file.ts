import { open, type FileHandle } from "node:fs/promises";
import { certain } from "./doubt.ts";

/** A file of which only so much is read, whatever it says about itself. */
export class BoundedFile {
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  #budgetBytes: number;

  private constructor(handle: FileHandle, sizeBytes: number, budgetBytes: number) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
    this.#budgetBytes = budgetBytes;
  }

  static async open(path: string, budgetBytes: number): Promise<BoundedFile> {
    const handle = await open(path, "r");
    try {
      return new BoundedFile(handle, (await handle.stat()).size, budgetBytes);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Exactly `length` bytes at `at`; a Doubt where the file or the budget ends before. */
  async read(at: number, length: number): Promise<Buffer> {
    certain(at >= 0 && at + length <= this.sizeBytes, `the file ends before ${at + length}`);
    certain(length <= this.#budgetBytes, "the budget of bytes is used");
    this.#budgetBytes -= length;
    const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(length), 0, length, at);
    certain(bytesRead === length, `the file ended at ${at + bytesRead}`);
    return buffer;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
