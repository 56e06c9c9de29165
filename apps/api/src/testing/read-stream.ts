export interface Frame {
  readonly event: string;
  readonly id: string | null;
  readonly data: Record<string, unknown>;
}

export interface TestStream {
  /** The next frame of this event (that is `like`); others are skipped. Throws after 5 s. */
  next(event: string, like?: (frame: Frame) => boolean): Promise<Frame>;
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Reads server-sent events as they come. */
export async function readStream(response: Response): Promise<TestStream> {
  if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
    throw new Error(`no event stream: ${response.status} ${await response.text()}`);
  }
  const frames: Frame[] = [];
  let wake: () => void = () => undefined;
  const reader = response.body.getReader();
  const ended = (async () => {
    let text = "";
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done || value === undefined) break;
      text += decoder.decode(value, { stream: true });
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      frames.push(...parts.map(parseFrame).filter((frame) => frame !== null));
      wake();
    }
    wake();
  })();
  return {
    ended,
    async next(event, like = () => true) {
      const deadline = AbortSignal.timeout(5_000);
      for (;;) {
        const frame = frames.shift();
        if (frame?.event === event && like(frame)) return frame;
        if (frame) continue;
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          deadline.addEventListener("abort", () => reject(new Error(`no ${event} came`)), { once: true });
        });
      }
    },
    close: async () => {
      await reader.cancel();
      await ended;
    },
  };
}

function parseFrame(text: string): Frame | null {
  const fields = new Map(
    text.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
  );
  const data = fields.get("data");
  return data === undefined
    ? null
    : { event: fields.get("event") ?? "message", id: fields.get("id") ?? null, data: JSON.parse(data) };
}
