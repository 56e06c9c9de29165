import { describe, expect, test } from "@jest/globals";
import { createRandom } from "./random.ts";
import { Tokens, type Profile } from "./tokens.ts";

function start(profile: Profile) {
  const time = { now: 1_000_000 };
  const tokens = new Tokens({ profile, now: () => time.now, random: createRandom(7) });
  return { time, tokens, minted: tokens.mint("-creator", ["video.publish"]) };
}

describe.each<[Profile, number, number]>([
  ["nov2026", 7_200, 15_552_000],
  ["legacy", 86_400, 31_536_000],
])("profile %s", (profile, accessSec, refreshSec) => {
  test("tokens live as long as they say, and not longer", () => {
    const { time, tokens, minted } = start(profile);
    expect(minted).toMatchObject({ expiresIn: accessSec, refreshExpiresIn: refreshSec });
    expect([minted.accessToken.slice(0, 4), minted.refreshToken.slice(0, 4)]).toEqual(["act.", "rft."]);
    time.now += accessSec * 1000 - 1;
    expect(tokens.open(minted.accessToken)).not.toBeNull();
    time.now += 1;
    expect(tokens.open(minted.accessToken)).toBeNull();
    time.now += (refreshSec - accessSec) * 1000;
    expect(tokens.rotate(minted.refreshToken)).toBeNull();
  });
});

test("a rotated refresh token is dead at once, and its use is counted", () => {
  const { tokens, minted } = start("nov2026");
  const next = tokens.rotate(minted.refreshToken);
  expect(next?.refreshToken).not.toBe(minted.refreshToken);
  expect(tokens.rotate(minted.refreshToken)).toBeNull();
  expect(tokens.rotate("rft.never-was-one")).toBeNull();
  expect(tokens.counts()).toEqual({ rotations: 1, oldTokenUses: 1, oldTokenUsesAfterAnswer: 1, lostAnswers: 0 });
  expect(tokens.rotate(next?.refreshToken ?? "")).not.toBeNull();
});

test("who was never given the next token is not blamed for using the old one", () => {
  const { tokens, minted } = start("nov2026");
  tokens.rotate(minted.refreshToken);
  tokens.loseAnswer(minted.refreshToken);
  expect(tokens.rotate(minted.refreshToken)).toBeNull();
  expect(tokens.counts()).toEqual({ rotations: 1, oldTokenUses: 1, oldTokenUsesAfterAnswer: 0, lostAnswers: 1 });
});

test("legacy keeps the refresh token and its end", () => {
  const { time, tokens, minted } = start("legacy");
  time.now += 1_000_000;
  expect(tokens.rotate(minted.refreshToken)).toMatchObject({
    refreshToken: minted.refreshToken,
    refreshExpiresIn: minted.refreshExpiresIn - 1_000,
  });
});

test("the former access token dies with the rotation, or lives its life when so set", () => {
  const { time, tokens, minted } = start("nov2026");
  time.now += 1_000_000;
  const next = tokens.rotate(minted.refreshToken);
  expect(tokens.open(minted.accessToken)).toBeNull();
  expect(tokens.open(next?.accessToken ?? "")).not.toBeNull();
  tokens.accessOutlivesRotation = true;
  expect(tokens.open(minted.accessToken)).not.toBeNull();
  time.now += 6_200_000;
  expect([tokens.open(minted.accessToken), tokens.open(next?.accessToken ?? "")]).toEqual([null, expect.anything()]);
});

test("withdrawn consent ends access and refresh", () => {
  const { tokens, minted } = start("nov2026");
  tokens.revoke("-creator");
  expect([tokens.open(minted.accessToken), tokens.rotate(minted.refreshToken)]).toEqual([null, null]);
});

test("a code lives for five minutes", () => {
  const { time, tokens } = start("nov2026");
  const code = tokens.newCode({ openId: "-creator", scopes: [], redirectUri: "https://a.test/", codeChallenge: null });
  expect(code).toMatch(/\*.*!/);
  time.now += 299_999;
  expect(tokens.usableCode(code)).not.toBeNull();
  time.now += 1;
  expect(tokens.usableCode(code)).toBeNull();
});
