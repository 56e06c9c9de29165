/** Calls in a sliding window of one minute, by key. */
export class RateLimits {
  readonly #calls = new Map<string, number[]>();

  /** Counts the call; false when it is one too many (which then does not count). */
  allow(key: string, limit: number, now: number): boolean {
    const recent = (this.#calls.get(key) ?? []).filter((at) => at > now - 60_000);
    const allowed = recent.length < limit;
    if (allowed) recent.push(now);
    this.#calls.set(key, recent);
    return allowed;
  }
}
