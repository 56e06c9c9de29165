import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const root = new URL("../../", import.meta.url);
const pages = [
  "README.md",
  ...readdirSync(new URL("docs", root), { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`),
].filter((path) => path.endsWith(".md"));
const cited = /`((?:apps|packages|prisma|infra|scripts|docs|\.ci)\/[\w./-]+)`|\]\((?!https?:|#)([^)#]+)/g;

describe("docs cite only what exists", () => {
  test.each(pages)("%s", (page) => {
    const text = readFileSync(new URL(page, root), "utf8");
    const missing = [...text.matchAll(cited)]
      .map(([, path, link]) => (path === undefined ? new URL(link ?? "", new URL(page, root)) : new URL(path, root)))
      .filter((url) => !existsSync(url));
    expect(missing.map(String)).toEqual([]);
  });
});
