import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writePrivateFile } from "../../prepare/private-file.ts";

const recordShape = z.object({
  idempotencyKey: z.string(),
  mediaId: z.string().optional(),
  /** What was or may have been sent: the same key must always carry the same body. */
  body: z.record(z.string(), z.unknown()).optional(),
  publicationId: z.string().optional(),
  permalink: z.string().optional(),
});
type Record = z.infer<typeof recordShape>;

export interface DemoRecord {
  read(): Record;
  write(change: Partial<Record>): void;
}

/** What the first run's demonstration has done so far, in `demo.json`. */
export function loadDemoRecord(directory: string): DemoRecord {
  const file = join(directory, "demo.json");
  let record: Record = existsSync(file)
    ? recordShape.parse(JSON.parse(readFileSync(file, "utf8")))
    : { idempotencyKey: randomUUID() };
  return {
    read: () => record,
    write: (change) => {
      record = { ...record, ...change };
      writePrivateFile(file, record);
    },
  };
}
