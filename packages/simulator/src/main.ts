import { fstatSync } from "node:fs";
import { createSimulator } from "./create-simulator.ts";
import { optionsShape } from "./options-shape.ts";

const simulator = await createSimulator(optionsShape.parse(JSON.parse(process.argv[2] ?? "{}")));

let isStopping = false;
const stop = () => {
  if (isStopping) return;
  isStopping = true;
  simulator.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.once("disconnect", stop);
// A pipe that ends means that the parent is gone; a terminal or /dev/null says nothing.
const stdin = fstatSync(0);
if (stdin.isFIFO() || stdin.isSocket()) process.stdin.once("end", stop).resume();

const { wwwUrl, apiUrl, uploadUrl } = simulator;
process.stdout.write(`${JSON.stringify({ wwwUrl, apiUrl, uploadUrl })}\n`);
