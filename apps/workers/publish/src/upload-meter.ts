import { recordUploadRate } from "@reelay/database";
import type { Claim } from "./claim.ts";
import type { PublishDeps } from "./deps.ts";

/** Progress is shown at most twice a second. */
const showEveryMs = 500;
/** Fewer bytes say nothing about the line. */
const enoughBytes = 1_048_576;

export interface UploadMeter {
  /** Begins a call that sends from offset `sentBefore`; the returned function hears of its bytes. */
  begin(sentBefore: number): (bytes: number) => void;
  /** The call has ended with success: its bytes and time count for the measured rate. */
  sent(): void;
  /** Waits for what is being shown, and stores the measured rate. */
  end(): Promise<void>;
}

/** Shows and measures what a job uploads. Nothing of it is worth failing for. */
export function createUploadMeter(deps: Pick<PublishDeps, "database" | "logger">, claim: Claim): UploadMeter {
  let shownAt = performance.now();
  let showing: Promise<void> = Promise.resolve();
  let call = { startedAt: 0, bytes: 0 };
  const total = { ms: 0, bytes: 0 };
  const ignored = (error: unknown) => deps.logger.debug("progress_not_shown", { error });
  return {
    begin(sentBefore) {
      call = { startedAt: performance.now(), bytes: 0 };
      return (bytes) => {
        call.bytes = bytes;
        if (performance.now() - shownAt < showEveryMs) return;
        shownAt = performance.now();
        showing = showing.then(() => claim.showProgress(sentBefore + bytes)).catch(ignored);
      };
    },
    sent() {
      total.ms += performance.now() - call.startedAt;
      total.bytes += call.bytes;
    },
    async end() {
      await showing;
      if (total.bytes < enoughBytes || total.ms <= 0) return;
      await recordUploadRate(deps.database, (total.bytes / total.ms) * 1000).catch(ignored);
    },
  };
}
