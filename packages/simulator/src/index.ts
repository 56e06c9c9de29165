export { createSimulator, type Simulator, type SimulatorOptions } from "./create-simulator.ts";
export { endpoints, type Endpoint, type FaultInput } from "./scenario.ts";
export type { World } from "./world.ts";
export type { AppRegistration, Call, SimAccount, SimPost, Upload } from "./world-types.ts";
