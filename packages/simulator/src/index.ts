export { createSimulator, type Simulator, type SimulatorOptions } from "./create-simulator.ts";
export { endpoints, type Endpoint, type FaultInput } from "./scenario.ts";
export type { SimVideo } from "./videos.ts";
export type { Delivery, SimEvent, WebhookSettings } from "./webhooks.ts";
export type { World } from "./world.ts";
export type { AppRegistration, Call, SimAccount, SimPost, Upload } from "./world-types.ts";
