import { z } from "zod";
import type { ApiClient } from "../api/api-client.ts";
import { CommandStop, exitCodes } from "./command.ts";

const accountShape = z.object({
  id: z.string(),
  platform: z.string(),
  handle: z.string().nullable(),
  displayName: z.string().nullish(),
  state: z.string(),
});
export type FoundAccount = z.infer<typeof accountShape>;
const pageShape = z.object({ items: z.array(accountShape), nextCursor: z.string().nullable() });

/** The account with this id or handle (with or without @); throws the sentence when there is none, or more than one. */
export async function findAccount(api: ApiClient, named: string): Promise<FoundAccount> {
  const handle = named.replace(/^@/, "").toLowerCase();
  const found: FoundAccount[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: z.infer<typeof pageShape> = await api.call(
      `/api/accounts?limit=100${cursor === "" ? "" : `&cursor=${cursor}`}`,
      pageShape,
    );
    found.push(...page.items.filter(({ id, handle: own }) => id === named || own?.toLowerCase() === handle));
    cursor = page.nextCursor;
  }
  const [account, ...others] = found;
  if (account === undefined)
    throw new CommandStop(
      exitCodes.refused,
      `No account ${named} is connected here: \`npm run reelay -- accounts\` lists them.`,
    );
  if (others.length > 0)
    throw new CommandStop(
      exitCodes.refused,
      `${found.length} accounts are called ${named}: name one of ${found.map(({ id }) => id).join(", ")} instead.`,
    );
  return account;
}
