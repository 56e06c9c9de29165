import { benchStillConversion } from "./still-conversion.ts";
import { tableOf, type BenchResult } from "./result.ts";
import { benchProbe } from "./probe.ts";
import { benchTranscode } from "./transcode.ts";
import { benchUpload } from "./upload.ts";

/** `print`: whether its table is still to be printed. */
const benches: Readonly<Record<string, { run(): Promise<BenchResult>; print: boolean }>> = {
  still: { run: benchStillConversion, print: false },
  upload: { run: benchUpload, print: true },
  transcode: { run: benchTranscode, print: true },
  probe: { run: benchProbe, print: true },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench called ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}
const results: BenchResult[] = [];
for (const [name, { run, print }] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const result = await run();
  if (print) console.log(tableOf(result));
  results.push(result);
}
const missed = results.filter(({ holds }) => !holds);
console.log(missed.length === 0 ? "Every target holds." : `Missed: ${missed.map(({ id }) => id).join(", ")}.`);
process.exit(missed.length === 0 ? 0 : 1);
