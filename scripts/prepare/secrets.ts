import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writePrivateFile } from "./private-file.ts";

const secretsShape = z.object({
  tokenEncryptionKeys: z.string(),
  betterAuthSecret: z.string(),
  adminPassword: z.string(),
  apiKey: z.string(),
  postgresPassword: z.string(),
  databasePassword: z.string(),
  redisPassword: z.string(),
});
export type Secrets = z.infer<typeof secretsShape>;

/** The secrets of this installation: read from `secrets.json` (0600) in `directory`, made on the first start. */
export function loadSecrets(directory: string): Secrets {
  const known = readSecrets(directory);
  if (known !== undefined) return known;
  const secrets = {
    tokenEncryptionKeys: `k1:${randomBytes(32).toString("base64")}`,
    betterAuthSecret: randomBytes(32).toString("base64url"),
    adminPassword: randomBytes(12).toString("base64url"),
    apiKey: `rly_${randomBytes(48).toString("base64url")}`,
    postgresPassword: randomBytes(24).toString("hex"),
    databasePassword: randomBytes(24).toString("hex"),
    redisPassword: randomBytes(24).toString("hex"),
  };
  writePrivateFile(join(directory, "secrets.json"), secrets);
  return secrets;
}

/** The secrets of this installation; undefined before its first start. */
export function readSecrets(directory: string): Secrets | undefined {
  const file = join(directory, "secrets.json");
  return existsSync(file) ? secretsShape.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}
