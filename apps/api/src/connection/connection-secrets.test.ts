import { expect, test } from "@jest/globals";
import { newConnectionSecrets, stateOf } from "./connection-secrets.ts";

test("the state follows from the connect token and differs from it, and every attempt has its own", () => {
  const [one, other] = [newConnectionSecrets(), newConnectionSecrets()];
  expect(stateOf(one.connectToken)).toBe(one.state);
  expect(
    new Set([one.state, one.connectToken, one.codeVerifier, other.state, other.connectToken, other.codeVerifier]).size,
  ).toBe(6);
});

test("the verifier has the length and the letters that TikTok asks for", () => {
  expect(newConnectionSecrets().codeVerifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
});
