/** Waits until `fact` is something; throws after `deadlineMs`. */
export async function until<T>(fact: () => Promise<T | null | undefined | false>, deadlineMs = 30_000): Promise<T> {
  const endsAt = performance.now() + deadlineMs;
  for (;;) {
    const found = await fact();
    if (found) return found;
    if (performance.now() > endsAt) throw new Error(`not within ${deadlineMs} ms: ${fact.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
