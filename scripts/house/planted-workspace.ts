import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const outside = [
  "@prisma/client",
  "@aws-sdk/client-s3",
  "bullmq",
  "ioredis",
  "ipaddr.js",
  "sharp",
  "better-auth",
  "express",
  "zod",
];

/** A workspace in miniature with the given files, so that a violation can be planted without touching ours. */
export async function plantWorkspace(
  files: Readonly<Record<string, string>>,
): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "reelay-planted-"));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  };
  const dependencies = Object.fromEntries(outside.map((name) => [name, "1.0.0"]));
  for (const name of outside) {
    await write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    await write(`node_modules/${name}/index.js`, "");
  }
  const places = new Set(
    Object.keys(files)
      .filter((path) => path.includes("/src/"))
      .map((path) => path.split("/src/")[0] ?? ""),
  );
  const names = [...places].map((place) => ({ place, name: `@reelay/${place.split("/").at(-1) ?? ""}` }));
  const workspace = Object.fromEntries(names.map(({ name }) => [name, "workspace:*"]));
  await write("package.json", JSON.stringify({ name: "planted", type: "module" }));
  for (const { place, name } of names) {
    await write(
      `${place}/package.json`,
      JSON.stringify({
        name,
        type: "module",
        exports: { ".": "./src/index.ts" },
        dependencies: { ...dependencies, ...workspace },
      }),
    );
    await write(`${place}/src/index.ts`, "export const one = 1;\n");
    await mkdir(join(directory, "node_modules/@reelay"), { recursive: true });
    await symlink(join(directory, place), join(directory, "node_modules", name));
  }
  await write("tsconfig.json", JSON.stringify({ compilerOptions: { strict: true, module: "nodenext", types: [] } }));
  for (const [path, text] of Object.entries(files)) await write(path, text);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
