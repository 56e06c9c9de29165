/** Asks `/readyz` until it says 200; throws with what is wrong when `limitMs` pass first. */
export async function waitUntilReady(api: string, limitMs: number, signal?: AbortSignal): Promise<void> {
  const until = Date.now() + limitMs;
  for (;;) {
    signal?.throwIfAborted();
    const said = await ask(`${api}/readyz`);
    if (said === "ready") return;
    if (Date.now() > until) throw new Error(`not ready after ${limitMs / 1000} s: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function ask(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const body = await response.text();
    return response.ok ? "ready" : body;
  } catch (error) {
    return String(error);
  }
}
