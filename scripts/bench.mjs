import { compile, enterSource } from "./enter.mjs";

// The programs that it measures run as they do for people: compiled.
compile();
await enterSource("bench/main.ts");
