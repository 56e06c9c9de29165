import pg from "pg";

export interface Listener {
  close(): Promise<void>;
}

/**
 * Calls `onWake` for every notice on `channel`, and once when the connection is lost (the caller polls anyway).
 * Uses a connection of its own: LISTEN does not work through a transaction pooler, so give it the direct address.
 */
export async function listen(options: {
  url: string;
  channel: string;
  onWake: () => void;
  onLost: (error: Error) => void;
}): Promise<Listener> {
  const client = new pg.Client({ connectionString: options.url, connectionTimeoutMillis: 5_000, keepAlive: true });
  client.on("notification", options.onWake);
  client.on("error", options.onLost);
  await client.connect();
  await client.query(`listen ${client.escapeIdentifier(options.channel)}`);
  return { close: () => client.end() };
}

/** Postgres channel on which "something is due now" is told. */
export const dueChannel = "reelay_due";

/**
 * A notifier that sends after the caller's commit and from its own pooled connection: NOTIFY inside a busy transaction
 * serialises commits. Notices that come while one is under way are sent as one. Failures are ignored: it only saves time.
 */
export function createNotifier(options: { url: string }): { notifyDue(): void; close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 1,
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
    idleTimeoutMillis: 10_000,
  });
  pool.on("error", () => undefined);
  let running: Promise<void> | null = null;
  let again = false;
  const send = async (): Promise<void> => {
    again = false;
    await pool.query("select pg_notify($1, '')", [dueChannel]).catch(() => undefined);
    if (again) await send();
  };
  return {
    notifyDue() {
      again = true;
      running ??= send().finally(() => {
        running = null;
      });
    },
    async close() {
      await running;
      await pool.end();
    },
  };
}
