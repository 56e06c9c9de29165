import { fileURLToPath } from "node:url";

const rootDir = fileURLToPath(new URL("../..", import.meta.url));
const swc = ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" } }];
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  rootDir,
  testMatch,
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["/dist/"],
  transform: { "\\.ts$": swc },
  extensionsToTreatAsEsm: [".ts"],
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["@reelay/source", "node", "node-addons"] },
  ...extra,
});
// What starts our programs as processes; nothing else waits for the compiler.
const compiled = { globalSetup: "<rootDir>/scripts/config/jest-global-setup.mjs" };
export default {
  // Scrypt, cloned databases and ffmpeg share two cores with other suites.
  testTimeout: 90_000,
  rootDir,
  projects: [
    project("unit", ["**/*.test.ts"], {
      testPathIgnorePatterns: ["/node_modules/", "/dist/", "\\.(integration|e2e|full)\\.test\\.ts$"],
    }),
    project("integration", ["**/*.integration.test.ts"]),
    project("e2e", ["**/*.e2e.test.ts"], compiled),
    project("full", ["**/*.full.test.ts"], compiled),
  ],
};
