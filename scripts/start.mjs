import { enterCompiled } from "./enter.mjs";

await enterCompiled("start/main.ts");
