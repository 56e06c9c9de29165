import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { testDatabase, type TestDatabase } from "@reelay/database/testing";
import { Failure } from "@reelay/domain";
import { silentLogger } from "@reelay/runtime";
import { createIdentity, type Identity, type IdentityOptions } from "../create-identity.ts";

export const wish = { email: "first@example.test", password: "test-password-1", apiKey: `test-key-${"k".repeat(60)}` };
export const publicUrl = "http://localhost:3002";

export interface ServedIdentity {
  readonly db: TestDatabase;
  readonly identity: Identity;
  readonly url: string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Signs in from an address of its own; the cookie header of the session. */
  signIn(credentials?: { email: string; password: string }): Promise<string>;
  stop(): Promise<void>;
}

/** Identity over a database of its own, on a real port. */
export async function serveIdentity(options: Partial<IdentityOptions> = {}): Promise<ServedIdentity> {
  const db = await testDatabase();
  const identity = createIdentity({
    database: db.database,
    secret: "test-secret-test-secret-test-secret",
    publicUrl,
    logger: silentLogger,
    ...options,
  });
  const server = createServer((req, res) => {
    identity.handler(req, res).catch((error: unknown) => {
      res.writeHead(500).end(error instanceof Failure ? error.code : "defect");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/identity`;
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", origin: publicUrl, ...headers },
    });
  let people = 0;
  return {
    db,
    identity,
    url,
    post,
    async signIn(credentials = wish) {
      const answer = await post("/sign-in/email", credentials, { "x-forwarded-for": `192.0.2.${++people}` });
      if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${await answer.text()}`);
      return answer.headers
        .getSetCookie()
        .map((cookie) => cookie.split(";")[0])
        .join("; ");
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await db.close();
    },
  };
}
