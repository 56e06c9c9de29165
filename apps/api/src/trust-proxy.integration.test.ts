import { expect, test } from "@jest/globals";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

/** Answers of wrong sign-ins, each said to come from an address of its own. */
async function signIns(api: TestApi, forwardedFor: (index: number) => string): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < 12; index += 1) {
    const response = await fetch(`${api.url}/api/identity/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: api.url, "x-forwarded-for": forwardedFor(index) },
      body: JSON.stringify({ email: "nobody@example.test", password: "wrong-password" }),
    });
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}

test("a forged X-Forwarded-For does not get around the limit of sign-ins", async () => {
  const api = await startTestApi();
  try {
    expect(await signIns(api, (index) => `198.51.100.${index}`)).toContain(429);
  } finally {
    await api.close();
  }
}, 90_000);

test("behind one proxy that is trusted, its word counts, and what was sent to it does not", async () => {
  const api = await startTestApi({ environment: { TRUST_PROXY: "1" } });
  try {
    expect(await signIns(api, (index) => `203.0.113.7, 198.51.100.${index}`)).not.toContain(429);
    expect(await signIns(api, (index) => `198.51.100.${index}, 203.0.113.7`)).toContain(429);
  } finally {
    await api.close();
  }
}, 90_000);
