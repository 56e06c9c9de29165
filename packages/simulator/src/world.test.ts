import { expect, test } from "@jest/globals";
import { World } from "./world.ts";
import type { AppRegistration } from "./world-types.ts";

const world = () =>
  new World({
    now: () => 0,
    profile: "nov2026",
    seed: 3,
    app: { scopes: [] as readonly string[] } as AppRegistration,
    directory: "/nowhere",
  });

test("waiting ends with the change that makes it true", async () => {
  const one = world();
  const waited = one.waitFor(({ accounts }) => accounts.size === 2, 5_000);
  one.addAccount({ username: "a" });
  one.addAccount({ username: "b" });
  await expect(waited).resolves.toBeUndefined();
});

test("waiting in vain, or for something that breaks, ends with an error and leaves no listener", async () => {
  const one = world();
  await expect(one.waitFor(() => false, 1)).rejects.toThrow("did not get there within 1 ms");
  let calls = 0;
  const broken = one.waitFor(() => {
    calls += 1;
    if (calls > 1) throw new Error("broken");
    return false;
  }, 5_000);
  one.addAccount({ username: "a" });
  await expect(broken).rejects.toThrow("broken");
  one.addAccount({ username: "b" });
  expect(calls).toBe(2);
});

test("some open ids begin with a dash, and none is like another", () => {
  const one = world();
  const ids = Array.from({ length: 20 }, (_, index) => one.addAccount({ username: `u${index}` }).openId);
  expect(ids.filter((id) => id.startsWith("-"))).toHaveLength(10);
  expect(new Set(ids).size).toBe(20);
});
