import { expect, test } from "@jest/globals";
import { newId } from "@reelay/database";
import { createCoverAddresses } from "./cover-addresses.ts";

const dayMs = 86_400_000;
const post = { id: newId(), workspaceId: newId() };
const setup = (secret = "a secret of tests") => {
  const clock = { ms: Date.UTC(2026, 10, 25, 23, 59) };
  const covers = createCoverAddresses({ secret, publicUrl: "https://reelay.test", now: () => new Date(clock.ms) });
  const access = new URL(covers.addressOf(post)).searchParams.get("access") ?? "";
  return { clock, covers, access };
};

test("an address opens its post's cover for at least a day, and no longer than two", () => {
  const { clock, covers, access } = setup();
  expect(covers.workspaceOf(post.id, access)).toBe(post.workspaceId);
  clock.ms += dayMs;
  expect(covers.workspaceOf(post.id, access)).toBe(post.workspaceId);
  clock.ms += dayMs;
  expect(covers.workspaceOf(post.id, access)).toBeNull();
});

test("an address stays the same all day, so that a browser keeps the picture", () => {
  const { clock, covers } = setup();
  clock.ms = Date.UTC(2026, 10, 26);
  const morning = covers.addressOf(post);
  clock.ms += dayMs - 1;
  expect(covers.addressOf(post)).toBe(morning);
  clock.ms += 1;
  expect(covers.addressOf(post)).not.toBe(morning);
});

test("an address opens no other post, and none that was changed by hand", () => {
  const { covers, access } = setup();
  const [workspaceId = "", day = "", mac = ""] = access.split(".");
  const forged = [
    `${newId()}.${day}.${mac}`,
    `${workspaceId}.${Number(day) + 1}.${mac}`,
    `${workspaceId}.${day}.${mac.replace(/^./, mac.startsWith("A") ? "B" : "A")}`,
    `${workspaceId}.${day}.`,
    `${access}.x`,
    `${workspaceId}.${day}`,
    "",
  ];
  for (const wrong of forged) expect(covers.workspaceOf(post.id, wrong)).toBeNull();
  expect(covers.workspaceOf(newId(), access)).toBeNull();
});

test("another installation's addresses open nothing", () => {
  expect(setup("another secret of tests").covers.workspaceOf(post.id, setup().access)).toBeNull();
});
