import { readFile } from "node:fs/promises";

export interface ExpectedAccess {
  readonly roles: Readonly<Record<string, string>>;
  readonly kinds: Readonly<
    Record<
      string,
      { readonly rowSecurity: string; readonly policies: string[]; readonly grants: Record<string, string[]> }
    >
  >;
  /** Table to kind. */
  readonly tables: Readonly<Record<string, string>>;
  readonly views: Readonly<Record<string, object>>;
  readonly indexesBeyondTheModel: string[];
}

/** The checked-in list of who may touch what. */
export async function expectedAccess(): Promise<ExpectedAccess> {
  return JSON.parse(await readFile(new URL("../expected-access.json", import.meta.url), "utf8")) as ExpectedAccess;
}
