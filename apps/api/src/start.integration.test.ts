import { expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { silentLogger } from "@reelay/runtime";
import { parseConfig } from "./config.ts";
import { start } from "./start.ts";
import { startTestApi } from "./testing/start-test-api.ts";
import { tcpDoor } from "./testing/tcp-door.ts";

const longMs = 60_000;
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no failure",
    (error: unknown) => error,
  );

test(
  "the first start makes a login and tells it once; the second makes none, and a wrong encryption key refuses to start",
  async () => {
    const api = await startTestApi();
    await api.connectAccount();
    const again = await start(parseConfig({ ...api.environment, PORT: "0" }), { logger: silentLogger });
    expect(again.firstLogin).toBeNull();
    expect(
      (await fetch(`${again.url}/api/accounts`, { headers: { authorization: `Bearer ${api.apiKey}` } })).status,
    ).toBe(200);
    await again.stop();

    const wrongKey = { TOKEN_ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}` };
    const refused = start(parseConfig({ ...api.environment, PORT: "0", ...wrongKey }), { logger: silentLogger });
    expect(await failureOf(refused)).toMatchObject({ code: "sealed_unreadable" });
    await api.close();
  },
  longMs,
);

test(
  "a port that is taken refuses to start and leaves nothing open",
  async () => {
    const api = await startTestApi();
    expect(await failureOf(start(parseConfig(api.environment), { logger: silentLogger }))).toMatchObject({
      code: "EADDRINUSE",
    });
    const open = await api.db.sql(
      "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    expect(open.length).toBeLessThanOrEqual(12);
    await api.close();
  },
  longMs,
);

test(
  "stopping waits for a running request and not for idle connections, and is safe to call twice",
  async () => {
    const api = await startTestApi();
    const id = await api.connectAccount();
    const { world } = api.simulator;
    const again = await start(parseConfig({ ...api.environment, PORT: "0" }), { logger: silentLogger });
    world.addFault({ endpoint: "creator_info", mode: "hold" });
    const running = fetch(`${again.url}/api/accounts/${id}/creator-info`, {
      headers: { authorization: `Bearer ${api.apiKey}` },
    });
    await world.waitFor(({ heldAnswers }) => heldAnswers === 1, 10_000);
    const idle = connect(Number(new URL(again.url).port), "127.0.0.1").on("error", () => undefined);
    await new Promise((resolve) => idle.once("connect", resolve));
    const idleClosed = new Promise((resolve) => idle.once("close", resolve));
    const stopped = Promise.all([again.stop(), again.stop()]);
    expect(String(await failureOf(fetch(`${again.url}/healthz`)))).toContain("fetch failed");
    world.release();
    expect((await running).status).toBe(200);
    const before = performance.now();
    await stopped;
    await idleClosed;
    expect(performance.now() - before).toBeLessThan(3_000);
    await api.close();
  },
  longMs,
);

test(
  "without Postgres every request is 503 with Retry-After within 2 s, the process lives, and it works again afterwards",
  async () => {
    const server = new URL(process.env["TEST_DATABASE_URL"] ?? "");
    const door = await tcpDoor({ host: server.hostname, port: Number(server.port) });
    const api = await startTestApi({
      environment: (base) => {
        const url = new URL(base["DATABASE_URL"] ?? "");
        url.port = String(door.port);
        url.hostname = "127.0.0.1";
        return { DATABASE_URL: url.toString() };
      },
    });
    expect((await api.caller.get("/api/accounts")).status).toBe(200);
    door.shut();
    for (const path of ["/api/accounts", "/api/media", "/api/posts", "/readyz"]) {
      const before = performance.now();
      const response = await api.caller.fetch(path);
      expect({ path, status: response.status, soon: performance.now() - before < 2_500 }).toEqual({
        path,
        status: 503,
        soon: true,
      });
      if (path !== "/readyz") expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    door.open();
    expect((await api.caller.get("/api/accounts")).status).toBe(200);
    await api.close();
    await door.close();
  },
  longMs,
);
