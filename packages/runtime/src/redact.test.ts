import { expect, test } from "@jest/globals";
import { createLogger } from "./logger.ts";
import { redact } from "./redact.ts";

const access = "act.test-access!5259";
const refresh = "rft.test-refresh*0!1";

test("a fake token printed anywhere becomes [redacted]", () => {
  const cause = new Error(`body said ${access}`);
  const places = {
    text: `call with ${access} failed`,
    header: { authorization: `Bearer ${access}`, cookie: "session=abc" },
    query: `https://x.test/cb?code=abc*0!1&state=s3cret&scopes=a&upload_token=zzz`,
    encoded: `token=${encodeURIComponent(refresh)}`,
    list: [refresh, { accessToken: access, nested: { refresh_token: refresh } }],
    error: new Error(`refresh with ${refresh}`, { cause }),
    address: "postgres://reelay:pass@localhost:5432/reelay",
  };
  const lines: string[] = [];
  const logger = createLogger({ process: "test", level: "debug", destination: { write: (line) => lines.push(line) } });
  logger.error(`event with ${access}`, places);
  logger.with({ password: "hunter2", note: refresh }).info("child", {});
  const printed = lines.join("");
  for (const secret of ["test-access", "test-refresh", "abc", "s3cret", "zzz", ":pass@", "hunter2"])
    expect(printed).not.toContain(secret);
  expect(printed).toContain("[redacted]");
});

test("what is no secret stays readable", () => {
  const fields = {
    lease_token: 7,
    token_type: "Bearer",
    status: "waiting",
    big: 12n,
    at: new Date("2026-11-25T00:00:00Z"),
    nothing: null,
  };
  expect(redact(fields)).toEqual({ ...fields, big: "12", at: "2026-11-25T00:00:00.000Z" });
});

test("bytes are never printed and depth is bounded", () => {
  const deep: Record<string, unknown> = {};
  deep["self"] = deep;
  expect(JSON.stringify(redact({ body: Buffer.from("secret"), deep }))).not.toContain("secret");
});
