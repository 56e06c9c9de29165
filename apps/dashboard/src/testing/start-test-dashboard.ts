import { newId } from "@reelay/database";
import { testDatabase, testRedis, type TestDatabase } from "@reelay/database/testing";
import { createIdentity } from "@reelay/identity";
import type { RedisSettings } from "@reelay/jobs";
import { silentLogger, type Logger } from "@reelay/runtime";
import { parseConfig } from "../config.ts";
import { start } from "../start.ts";

export interface TestDashboard {
  readonly url: string;
  readonly db: TestDatabase;
  readonly redis: RedisSettings;
  readonly operator: Login;
  /** Somebody who has a workspace, and nothing to do with the installation. */
  readonly member: Login;
  /** A request of the given session's, never following a redirect; writes come from our own origin unless it is given. */
  ask(path: string, wish?: Wish): Promise<Response>;
  /** Signs in by the form; the session's cookie. */
  signIn(login: Login): Promise<string>;
  close(): Promise<void>;
}

export interface Login {
  readonly email: string;
  readonly password: string;
}

export interface Wish {
  readonly method?: string;
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** null: no Origin at all. */
  readonly origin?: string | null;
}

const secret = "test-secret-test-secret-test-secret";

/** The dashboard in this process over a database and Redis keys of its own, with an operator and a member. */
export async function startTestDashboard(
  options: { environment?: Record<string, string>; logger?: Logger } = {},
): Promise<TestDashboard> {
  const db = await testDatabase();
  const redis = testRedis();
  const operator = { email: "operator@example.test", password: "test-password-1" };
  const identity = createIdentity({
    database: db.database,
    secret,
    publicUrl: "http://localhost:3002",
    logger: silentLogger,
  });
  const first = await identity.bootstrap(operator);
  const member = await addMember(db, first?.workspaceId ?? "", operator.password);
  const config = parseConfig({
    DASHBOARD_PORT: "0",
    DATABASE_URL: db.url,
    REDIS_URL: redis.url,
    REDIS_KEY_PREFIX: redis.keyPrefix,
    BETTER_AUTH_SECRET: secret,
    ...options.environment,
  });
  const dashboard = await start(config, { logger: options.logger ?? silentLogger });
  const { url } = dashboard;
  const ask: TestDashboard["ask"] = (path, { method = "GET", cookie, headers = {}, body, origin = url } = {}) =>
    fetch(url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(cookie !== undefined && { cookie }),
        ...(method !== "GET" && origin !== null && { origin }),
        ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
  return {
    url,
    db,
    redis,
    operator,
    member,
    ask,
    async signIn(login) {
      const answer = await ask("/sign-in", { method: "POST", body: new URLSearchParams({ ...login }).toString() });
      if (answer.status !== 303) throw new Error(`signing in answered ${answer.status}: ${await answer.text()}`);
      return answer.headers
        .getSetCookie()
        .map((line) => line.split(";")[0])
        .join("; ");
    },
    async close() {
      await dashboard.stop();
      await db.close();
    },
  };
}

async function addMember(db: TestDatabase, workspaceId: string, password: string): Promise<Login> {
  const [id, email] = [newId(), "member@example.test"];
  const [owner] = await db.sql<{ password: string }>("select password from account limit 1");
  await db.sql(`insert into "user" (id, name, email, role) values ($1, 'Member', $2, 'user')`, [id, email]);
  await db.sql(
    `insert into account (id, account_id, provider_id, user_id, password, updated_at)
     values ($1, $2::uuid::text, 'credential', $2::uuid, $3, now())`,
    [newId(), id, owner?.password],
  );
  await db.sql(
    "insert into member (id, organization_id, user_id, role, created_at) values ($1, $2, $3, 'member', now())",
    [newId(), workspaceId, id],
  );
  return { email, password };
}
