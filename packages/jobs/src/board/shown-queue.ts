import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { Job, Queue } from "bullmq";
import { showPayload, showReason, showValue } from "./show-job.ts";

/** A queue as the board sees it: its jobs tell only what `show-job.ts` lets through, stacks and logs are left out. */
export class ShownQueue extends BullMQAdapter {
  constructor(queue: Queue, options: { readOnly: boolean }) {
    super(queue, { readOnlyMode: options.readOnly });
    this.setFormatter("data", showPayload);
    this.setFormatter("returnValue", showValue);
    this.setFormatter("progress", showValue);
  }

  override async getJob(id: string): Promise<Job | undefined> {
    const job = await super.getJob(id);
    return job && shown(job);
  }

  override async getJobs(...query: Parameters<BullMQAdapter["getJobs"]>): Promise<Job[]> {
    return (await super.getJobs(...query)).map(shown);
  }

  override async getJobLogs(): Promise<string[]> {
    return [];
  }
}

// Formatters do not reach these fields.
function shown(job: Job): Job {
  const whole = job.toJSON.bind(job);
  job.toJSON = () => {
    const fields = whole();
    return {
      ...fields,
      failedReason: showReason(fields.failedReason) ?? "",
      deferredFailure: showReason(fields.deferredFailure) ?? "",
      stacktrace: [],
    };
  };
  return job;
}
