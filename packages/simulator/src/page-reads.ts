/** How often each page of a creator's list was answered, by the cursor that asked for it; an answer that never arrived counts too. */
export class PageReads {
  readonly #reads = new Map<string, Map<string, number>>();

  /** `cursor` is empty for the first page. */
  count(openId: string, cursor: string): void {
    const own = this.#reads.get(openId) ?? new Map<string, number>();
    own.set(cursor, (own.get(cursor) ?? 0) + 1);
    this.#reads.set(openId, own);
  }

  /** Creator → cursor → reads. */
  get all(): Readonly<Record<string, Readonly<Record<string, number>>>> {
    return Object.fromEntries([...this.#reads].map(([openId, own]) => [openId, Object.fromEntries(own)]));
  }

  clear(): void {
    this.#reads.clear();
  }
}
