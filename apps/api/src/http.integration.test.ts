import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { request } from "node:http";
import { connect } from "node:net";
import { startTestApi, type TestApi } from "./testing/start-test-api.ts";

let api: TestApi;
beforeAll(async () => void (api = await startTestApi()), 60_000);
afterAll(() => api.close(), 30_000);

const problem = async (response: Response) => {
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  return (await response.json()) as {
    code: string;
    detail: string;
    errors?: { path: string; code: string; message: string }[];
  };
};

describe("who may come", () => {
  test.each(["", "Bearer ", `Bearer rly_${"x".repeat(64)}`, "Bearer short", "Basic abc"])(
    "%p is refused with one and the same answer",
    async (authorization) => {
      const response = await fetch(`${api.url}/api/accounts`, {
        headers: authorization === "" ? {} : { authorization },
      });
      expect(response.status).toBe(401);
      const body = await problem(response);
      expect(body).toEqual({
        type: "urn:reelay:failure:unauthorized",
        title: "Unauthorized",
        status: 401,
        code: "unauthorized",
        detail: "Sign in or send a valid API key.",
        hint: expect.stringContaining("Authorization: Bearer"),
        who: "caller",
        requestId: response.headers.get("x-request-id"),
      });
    },
  );

  test("a session is let in by its cookie", async () => {
    const cookie = await api.signIn();
    expect((await fetch(`${api.url}/api/accounts`, { headers: { cookie } })).status).toBe(200);
  });

  test("a session's write from another origin is refused, from our own page it is not", async () => {
    const cookie = await api.signIn();
    const write = (headers: Record<string, string>) =>
      fetch(`${api.url}/api/posts`, { method: "POST", headers: { cookie, ...headers } });
    expect((await write({ origin: "https://evil.example" })).status).toBe(403);
    expect((await write({ origin: "null" })).status).toBe(403);
    expect((await write({ "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await write({ origin: api.url })).status).toBe(400);
  });

  test("no other origin is told that it may read", async () => {
    for (const origin of ["https://evil.example", "null"]) {
      const response = await fetch(`${api.url}/api/accounts`, {
        headers: { origin, authorization: `Bearer ${api.apiKey}` },
      });
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});

describe("what is not there", () => {
  test("an unknown address is 404, a known one with another method is 405 and says which it takes", async () => {
    expect((await api.caller.get("/api/nothing")).body).toMatchObject({ status: 404, code: "not_found" });
    expect((await fetch(`${api.url}/nothing`)).status).toBe(404);
    const answer = await api.caller.patch("/api/accounts", {});
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET");
    expect((await api.caller.patch("/api/accounts/0192a000-0000-7000-8000-000000000000", {})).status).toBe(405);
  });

  test.each([
    "1%20OR%201=1",
    "%27%20;%20drop",
    "0192a000-0000-7000-8000-000000000000%0A",
    "x".repeat(10_000),
    "0192A000-0000-7000-8000-000000000000",
    "%00",
  ])("an id that is none exists nowhere (%#)", async (id) => {
    expect((await api.caller.get(`/api/accounts/${id}`)).status).toBe(404);
  });

  test("a path that cannot be decoded is 400", async () => {
    expect((await api.caller.get("/api/accounts/%E0%A4%A")).status).toBe(400);
  });
});

describe("bodies", () => {
  const post = (body: string | Buffer<ArrayBuffer>, type = "application/json", headers: Record<string, string> = {}) =>
    fetch(`${api.url}/api/posts`, {
      method: "POST",
      headers: { authorization: `Bearer ${api.apiKey}`, "content-type": type, ...headers },
      body,
    });

  test("what is no JSON, no UTF-8, too large or of another type is refused for what it is", async () => {
    expect((await problem(await post("{"))).errors).toEqual([
      { path: "", code: "invalid_json", message: "is not JSON" },
    ]);
    expect((await post("[1]")).status).toBe(400);
    expect((await post(Buffer.from('{"caption":"\xff\xfe"}', "latin1"))).status).toBe(400);
    expect((await post(JSON.stringify({ caption: "x".repeat(2_000_000) }))).status).toBe(413);
    expect((await post("caption=x", "text/plain")).status).toBe(415);
    expect((await post("{}", "application/x-www-form-urlencoded")).status).toBe(415);
    expect((await post("{}", "application/json", { "content-encoding": "gzip" })).status).toBe(415);
    expect((await post(`{"media":${"[".repeat(10_000)}${"]".repeat(10_000)}}`)).status).toBe(400);
  });

  test.each(["workspaceId", "tenantId", "state", "leaseToken", "constructor"])(
    "the unknown field %s is refused by name",
    async (field) => {
      const body = await problem(await post(JSON.stringify({ media: [], targets: [], [field]: "x" })));
      expect(body.errors).toContainEqual({ path: field, code: "unknown_field", message: "is not known here" });
    },
  );

  test("__proto__ is refused, wherever it stands", async () => {
    expect((await post('{"__proto__":{"x":1},"media":[]}')).status).toBe(400);
    expect((await post('{"media":[],"targets":[{"__proto__":{}}]}')).status).toBe(400);
  });

  test("an empty body is {}", async () => {
    const response = await fetch(`${api.url}/api/posts`, {
      method: "POST",
      headers: { authorization: `Bearer ${api.apiKey}` },
    });
    const body = await problem(response);
    expect(response.status).toBe(400);
    expect((body.errors ?? []).map(({ path }) => path)).toEqual(expect.arrayContaining(["media", "targets"]));
  });

  test.each([
    "limit=1e9",
    "limit=-1",
    "limit=NaN",
    "limit[]=1",
    "limit[$gt]=",
    "limit=1&limit=2",
    "cursor=x",
    "page=2",
    "__proto__=x",
  ])("the query ?%s is 400", async (query) => {
    expect((await api.caller.get(`/api/accounts?${query}`)).status).toBe(400);
  });
});

describe("every answer", () => {
  test("has a request id, the caller's own when it has one that is safe", async () => {
    const own = await api.caller.fetch("/healthz", { headers: { "x-request-id": "my-request-1" } });
    expect(own.headers.get("x-request-id")).toBe("my-request-1");
    const unsafe = await api.caller.fetch("/healthz", { headers: { "x-request-id": "x".repeat(500) } });
    expect(unsafe.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("of a problem is in the asker's language", async () => {
    const french = await fetch(`${api.url}/api/accounts`, { headers: { "accept-language": "fr-CA, en;q=0.5" } });
    expect((await problem(french)).detail).toBe("Connectez-vous ou envoyez une clé d'API valide.");
    const neither = await fetch(`${api.url}/api/accounts`, { headers: { "accept-language": "de" } });
    expect((await problem(neither)).detail).toBe("Sign in or send a valid API key.");
  });

  test("forbids framing, sniffing and scripts that are not ours, and does not name what it runs on", async () => {
    const { headers } = await fetch(`${api.url}/sign-in`);
    expect(headers.get("content-security-policy")).toMatch(/script-src 'nonce-[A-Za-z0-9+/=]{24}'/);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  });
});

describe("the wire itself", () => {
  const raw = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => socket.write(text));
      let answer = "";
      socket.on("data", (data) => (answer += data.toString("latin1")));
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
    });

  test("two lengths are 400, endless headers 431, and the server goes on", async () => {
    const head = "POST /api/posts HTTP/1.1\r\nHost: x\r\n";
    expect(await raw(`${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(await raw(`${head}X-Long: ${"x".repeat(65_536)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });

  test("a caller that leaves in the middle of its body harms nobody", async () => {
    await new Promise<void>((resolve) => {
      const going = request(`${api.url}/api/posts`, {
        method: "POST",
        headers: { authorization: `Bearer ${api.apiKey}`, "content-type": "application/json", "content-length": 1_000 },
      });
      going.on("error", () => resolve());
      going.write("{", () => going.destroy(new Error("gone")));
    });
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });
});
