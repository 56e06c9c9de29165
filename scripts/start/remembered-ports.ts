import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { freePort } from "../prepare/ports.ts";
import { writePrivateFile } from "../prepare/private-file.ts";

const portsShape = z.object({ postgres: z.int(), redis: z.int(), www: z.int(), api: z.int(), upload: z.int() });
export type Ports = z.infer<typeof portsShape>;

/** Ports of our children: those of the last start where they are still free, so that addresses stay good. */
export async function loadPorts(directory: string): Promise<Ports> {
  const last = readPorts(directory);
  const ports = {
    postgres: await freePort(last?.postgres),
    redis: await freePort(last?.redis),
    www: await freePort(last?.www),
    api: await freePort(last?.api),
    upload: await freePort(last?.upload),
  };
  writePrivateFile(join(directory, "ports.json"), ports);
  return ports;
}

/** The ports of the last start; undefined before the first. */
export function readPorts(directory: string): Ports | undefined {
  const file = join(directory, "ports.json");
  return existsSync(file) ? portsShape.safeParse(JSON.parse(readFileSync(file, "utf8"))).data : undefined;
}
