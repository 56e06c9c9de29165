import { enter } from "./enter.mjs";

await enter("start/main.ts");
