import { createSimulator, type SimulatorOptions } from "./create-simulator.ts";

const simulator = await createSimulator(JSON.parse(process.argv[2] ?? "{}") as SimulatorOptions);
const { wwwUrl, apiUrl, uploadUrl } = simulator;
process.stdout.write(`${JSON.stringify({ wwwUrl, apiUrl, uploadUrl })}\n`);

const stop = () => {
  simulator.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once("SIGTERM", stop);
process.once("SIGINT", () => undefined);
process.once("disconnect", stop);
