import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import type { RequestListener, ServerResponse } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { blockedAddresses, openTestInternet, type TestInternet } from "./testing/index.ts";

let internet: TestInternet;
let directory: string;
let path: string;
beforeAll(async () => {
  internet = await openTestInternet();
  directory = await mkdtemp(join(tmpdir(), "reelay-outbound-"));
});
beforeEach(() => void (path = join(directory, `file-${Math.random().toString(36).slice(2)}`)));
afterEach(() => {
  expect(internet.canary.hits).toEqual([]);
  internet.source.hits.length = 0;
});
afterAll(async () => {
  await internet.close();
  await rm(directory, { recursive: true, force: true });
});

const maxBytes = 1_000_000;
const download = (
  address: string,
  given: { maxBytes?: number; ms?: number; outbound?: ReturnType<TestInternet["outbound"]> } = {},
) =>
  (given.outbound ?? internet.outbound()).download(address, path, {
    maxBytes: given.maxBytes ?? maxBytes,
    signal: AbortSignal.timeout(given.ms ?? 5_000),
  });
const blocked = expect.objectContaining({ code: "media_url_blocked" });
const answer = (listener: RequestListener) => (internet.source.listener = listener);
const redirect =
  (location: string, status = 302): RequestListener =>
  (_req, res) =>
    void res.writeHead(status, { location }).end();

/** The address with the canary's port where it names none: but for the rule it would be reached. */
function atCanary(address: string): string {
  return address.replace(/^(http:\/\/[^/:]+|http:\/\/\[[^\]]*\])\//, `$1:${internet.port}/`);
}

describe("an address of the checklist is refused, by its words and when it is fetched", () => {
  test.each(blockedAddresses)("%s %s", async (_row, address) => {
    for (const text of [address, atCanary(address)]) {
      await expect(internet.outbound().check(text)).rejects.toEqual(blocked);
      await expect(download(text)).rejects.toEqual(blocked);
    }
  });

  test("U55 what is fetched is the address as it was parsed", async () => {
    answer((_req, res) => void res.end("bytes"));
    await download(internet.url.replace("source", "sou\trce"));
    expect(internet.source.hits).toEqual([`source.test:${internet.port}/`]);
  });

  test.each([
    ["an address of 2,049 characters", () => `https://source.test/${"a".repeat(2_029)}`],
    ["a name of one label", () => "http://redis/"],
    ["a private name with a dot at its end", () => "http://api.internal./"],
    ["plain http where the operator does not allow it", () => internet.url],
  ])("%s", async (_what, address) => {
    await expect(internet.outbound({ allowHttp: false }).check(address())).rejects.toEqual(blocked);
  });

  test("what the error says names no resolved address", async () => {
    internet.names.set("inside.test", [["10.1.2.3"]]);
    const error = await internet
      .outbound()
      .check("http://inside.test/")
      .catch((thrown: unknown) => thrown);
    expect(JSON.stringify({ ...(error as object), message: String(error) })).not.toContain("10.1.2.3");
  });
});

describe("names", () => {
  test("U57 one answer that is not public is enough", async () => {
    internet.names.set("two.test", [["127.0.0.2", "127.0.0.1"]]);
    await expect(internet.outbound().check(`http://two.test:${internet.port}/`)).rejects.toEqual(blocked);
    await expect(download(`http://two.test:${internet.port}/`)).rejects.toEqual(blocked);
    expect(internet.source.hits).toEqual([]);
  });

  test("U58 a name that turns private after it was judged is fetched from the judged address, or not at all", async () => {
    answer((_req, res) => void res.end("bytes"));
    internet.names.set("turning.test", [["127.0.0.2"], ["127.0.0.2"], ["127.0.0.1"]]);
    const address = `http://turning.test:${internet.port}/`;
    await internet.outbound().check(address);
    await download(address);
    expect(internet.source.hits).toHaveLength(1);
    path += "-again";
    await expect(download(address)).rejects.toEqual(blocked);
  });

  test("U59 an IPv4 address inside an IPv6 answer is judged as what it is", async () => {
    internet.names.set("mapped.test", [["::ffff:169.254.169.254"]]);
    await expect(internet.outbound().check("http://mapped.test/")).rejects.toEqual(blocked);
  });

  test("U69 a second name on the same client is judged for itself", async () => {
    answer((_req, res) => void res.end("bytes"));
    const outbound = internet.outbound();
    internet.names.set("second.test", [["127.0.0.1"]]);
    await download(internet.url, { outbound });
    path += "-again";
    await expect(download(`http://second.test:${internet.port}/`, { outbound })).rejects.toEqual(blocked);
  });

  test("a connection that stands is judged once more", async () => {
    let asked = 0;
    const outbound = internet.outbound({}, { isAllowedAddress: () => (asked += 1) === 1 });
    await expect(download(internet.url, { outbound })).rejects.toEqual(blocked);
    expect(asked).toBe(2);
    expect(internet.source.hits).toEqual([]);
  });

  test("a name that cannot be resolved now is not refused, and cannot be reached", async () => {
    await internet.outbound().check("http://nowhere.test/");
    await expect(download("http://nowhere.test/")).rejects.toMatchObject({ code: "media_url_unreachable" });
  });
});

describe("redirects", () => {
  const refused = { code: "redirect_blocked" };
  test("U60 to this machine", async () => {
    answer(redirect(`http://127.0.0.1:${internet.port}/`));
    await expect(download(internet.url)).rejects.toMatchObject(refused);
  });
  test("U60 to a name that leads to this machine", async () => {
    internet.names.set("private.test", [["127.0.0.1"]]);
    answer(redirect(`http://private.test:${internet.port}/`));
    await expect(download(internet.url)).rejects.toMatchObject(refused);
  });
  test("U61 to a file", async () => {
    answer(redirect("file:///etc/passwd", 307));
    await expect(download(internet.url)).rejects.toMatchObject(refused);
  });
  test("U62 in a circle", async () => {
    answer(redirect("/round"));
    await expect(download(internet.url)).rejects.toMatchObject(refused);
    expect(internet.source.hits).toHaveLength(4);
  });
  test("three of them, to a relative address, are followed", async () => {
    answer((req, res) => {
      const hops = Number(req.url?.slice(1));
      if (hops < 3) res.writeHead(302, { location: `/${hops + 1}` }).end();
      else res.end("bytes");
    });
    await download(`${internet.url}/0`);
    expect(await readFile(path, "utf8")).toBe("bytes");
  });

  test("U63 from https to http only where plain http is allowed", async () => {
    const tls = await selfSigned();
    const secure = await openTestInternet(tls);
    try {
      internet.names.set("plain.test", [["127.0.0.2"]]);
      secure.names.set("plain.test", [["127.0.0.2"]]);
      secure.source.listener = redirect(`http://plain.test:${internet.port}/`);
      answer((_req, res) => void res.end("bytes"));
      const given = { certificateAuthority: tls.cert, ports: [secure.port, internet.port] };
      const strict = secure.outbound({ allowHttp: false }, given);
      await expect(download(secure.url, { outbound: strict })).rejects.toMatchObject(refused);
      expect(internet.source.hits).toEqual([]);
      await download(secure.url, { outbound: secure.outbound({ allowHttp: true }, given) });
      expect(await readFile(path, "utf8")).toBe("bytes");
      expect(secure.source.hits).toHaveLength(2);
    } finally {
      await secure.close();
    }
  });
});

describe("bodies", () => {
  test("U64 that never end stop when their time is over", async () => {
    answer((_req, res) => drip(res));
    const signal = AbortSignal.timeout(400);
    await expect(internet.outbound().download(internet.url, path, { maxBytes, signal })).rejects.toMatchObject({
      name: expect.stringMatching(/AbortError|TimeoutError/),
    });
    expect((await stat(path)).size).toBeLessThan(100);
  });

  test("U64 that fall silent stop, too", async () => {
    answer((_req, res) => void res.write("a"));
    await expect(
      download(internet.url, { outbound: internet.outbound({}, { idleTimeoutMs: 200 }) }),
    ).rejects.toMatchObject({
      code: "media_url_unreachable",
    });
  });

  test("U65 that are longer than they said are cut off where they said, and endless ones at the limit", async () => {
    const { address, outbound, close } = await rawSource(
      `HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n${"x".repeat(100_000)}`,
    );
    try {
      await download(address, { outbound }).catch(() => undefined);
      expect((await stat(path)).size).toBeLessThanOrEqual(10);
    } finally {
      await close();
    }
    path += "-endless";
    answer((_req, res) => endless(res));
    await expect(download(internet.url)).rejects.toMatchObject({ code: "media_too_large" });
    expect((await stat(path)).size).toBeLessThanOrEqual(maxBytes);
  });

  test("U65 that say they are too long are not begun", async () => {
    answer((_req, res) => void res.writeHead(200, { "content-length": maxBytes + 1 }).write("x"));
    await expect(download(internet.url)).rejects.toMatchObject({ code: "media_too_large" });
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("U66 that are small as sent and huge when decoded stop at the limit of decoded bytes, in little memory", async () => {
    const member = gzipSync(Buffer.alloc(32_000_000));
    answer((_req, res) => {
      res.writeHead(200, { "content-encoding": "gzip" });
      for (let members = 0; members < 300; members += 1) res.write(member);
      res.end();
    });
    const before = process.memoryUsage().rss;
    await expect(download(internet.url, { maxBytes: 50_000_000, ms: 20_000 })).rejects.toMatchObject({
      code: "media_too_large",
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1_048_576);
    expect((await stat(path)).size).toBeLessThanOrEqual(50_000_000);
  });

  test("that are encoded arrive decoded, and in an unknown coding not at all", async () => {
    answer((_req, res) => void res.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("bytes")));
    await download(internet.url);
    expect(await readFile(path, "utf8")).toBe("bytes");
    path += "-unknown";
    answer((_req, res) => void res.writeHead(200, { "content-encoding": "rot13" }).end("olgrf"));
    await expect(download(internet.url)).rejects.toMatchObject({ code: "media_url_refused" });
  });

  test("that break off are tried again", async () => {
    answer((_req, res) => {
      res.writeHead(200, { "content-length": 10 }).write("half");
      setTimeout(() => res.destroy(), 20);
    });
    await expect(download(internet.url)).rejects.toMatchObject({ code: "media_url_unreachable", who: "nobody" });
  });
});

test.each([
  [404, "media_url_refused", "caller"],
  [403, "media_url_refused", "caller"],
  [429, "media_url_unreachable", "nobody"],
  [500, "media_url_unreachable", "nobody"],
  [503, "media_url_unreachable", "nobody"],
])("an answer %i is %s, which is for %s to mend", async (status, code, who) => {
  answer((_req, res) => void res.writeHead(status).end("no"));
  await expect(download(internet.url)).rejects.toMatchObject({ code, who });
});

function drip(res: ServerResponse): void {
  const timer = setInterval(() => res.write("a"), 50);
  res.once("close", () => clearInterval(timer));
}

function endless(res: ServerResponse): void {
  const piece = Buffer.alloc(65_536);
  const send = () => {
    while (!res.destroyed && res.write(piece));
  };
  res.on("drain", send);
  send();
}

async function rawSource(bytes: string) {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.2", resolve));
  const { port } = server.address() as AddressInfo;
  internet.names.set("raw.test", [["127.0.0.2"]]);
  return {
    outbound: internet.outbound({}, { ports: [port] }),
    address: `http://raw.test:${port}/`,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const names = ["-subj", "/CN=source.test", "-addext", "subjectAltName=DNS:source.test"];
  const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  await promisify(execFile)("openssl", [...made, ...names, "-keyout", key, "-out", cert]);
  return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
}
