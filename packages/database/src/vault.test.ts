import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { Failure } from "@reelay/domain";
import { createVault, type SealedPlace, type Vault } from "./vault.ts";

const place: SealedPlace = { table: "grants", row: "row-1", column: "access_token", workspaceId: "workspace-1" };
const key = (id: string) => ({ id, key: randomBytes(32) });
const codeOf = (vault: Vault, sealed: string, where = place) => {
  try {
    return vault.open(sealed, where);
  } catch (error) {
    return error instanceof Failure ? error.code : error;
  }
};

test("what was sealed opens again, of any length and script", () => {
  const vault = createVault([key("a")]);
  for (const text of ["", "act.test", "é🎬".repeat(500)]) expect(vault.open(vault.seal(text, place), place)).toBe(text);
});

test("the same text never looks the same, and is nowhere in what is stored", () => {
  const vault = createVault([key("a")]);
  const sealed = [vault.seal("act.test-secret", place), vault.seal("act.test-secret", place)];
  expect(sealed[0]).not.toBe(sealed[1]);
  for (const text of sealed) {
    expect(text).not.toContain("test-secret");
    expect(text).not.toContain(Buffer.from("act.test-secret").toString("base64url"));
  }
});

describe("a sealed text opens nowhere else", () => {
  const vault = createVault([key("a")]);
  const sealed = vault.seal("act.test", place);
  test.each(Object.keys(place) as (keyof SealedPlace)[])("%s", (part) => {
    expect(codeOf(vault, sealed, { ...place, [part]: "another" })).toBe("sealed_unreadable");
  });
});

test("any changed, cut, swapped or missing part is refused", () => {
  const vault = createVault([key("a")]);
  const parts = vault.seal("act.test-secret", place).split(".");
  const other = vault.seal("act.test-secret", place).split(".");
  const withPart = (index: number, text: string) => parts.with(index, text).join(".");
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index] ?? "";
    const first = part.startsWith("A") ? "B" : "A";
    expect(codeOf(vault, withPart(index, first + part.slice(1)))).toBe("sealed_unreadable");
    expect(codeOf(vault, withPart(index, ""))).toBe("sealed_unreadable");
    expect(codeOf(vault, parts.slice(0, index).join("."))).toBe("sealed_unreadable");
    if (index >= 2) expect(codeOf(vault, withPart(index, other[index] ?? ""))).toBe("sealed_unreadable");
  }
  const shortTag = Buffer.from(parts[4] ?? "", "base64url")
    .subarray(0, 4)
    .toString("base64url");
  expect(codeOf(vault, withPart(4, shortTag))).toBe("sealed_unreadable");
  expect(codeOf(vault, "not sealed at all")).toBe("sealed_unreadable");
});

test("the first key seals, every key opens, a key that is gone does not", () => {
  const [old, fresh] = [key("old"), key("new")];
  const sealed = createVault([old]).seal("act.test", place);
  const rotated = createVault([fresh, old]);
  expect(rotated.open(sealed, place)).toBe("act.test");
  const again = rotated.seal("act.test", place);
  expect(createVault([fresh]).open(again, place)).toBe("act.test");
  expect(codeOf(createVault([fresh]), sealed)).toBe("sealed_unreadable");
  expect(codeOf(createVault([{ id: "old", key: randomBytes(32) }]), sealed)).toBe("sealed_unreadable");
});

test("a refusal tells the place, never the text or the key", () => {
  const vault = createVault([key("a")]);
  try {
    vault.open("v1.a.x.x.x.x", place);
    throw new Error("opened");
  } catch (error) {
    expect(error).toMatchObject({ code: "sealed_unreadable" });
    expect(JSON.stringify(error)).not.toContain("v1.a");
  }
});

test("a vault without a key, with a short one or with two of one name is not made", () => {
  expect(() => createVault([])).toThrow(/at least one key/);
  expect(() => createVault([{ id: "a", key: randomBytes(16) }])).toThrow(/32 bytes/);
  expect(() => createVault([key("a"), key("a")])).toThrow(/same id/);
  expect(() => createVault([key("a.b")])).toThrow(/dot/);
});
