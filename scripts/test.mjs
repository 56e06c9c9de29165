import { enterSource } from "./enter.mjs";

await enterSource("test/main.ts");
