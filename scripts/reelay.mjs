import { enterCompiled } from "./enter.mjs";

await enterCompiled("reelay/main.ts");
