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
export default {
  // Scrypt, cloned databases and ffmpeg share two cores with other suites.
  testTimeout: 90_000,
  globalSetup: "<rootDir>/scripts/config/jest-global-setup.mjs",
  rootDir,
  projects: [
    project("unit", ["**/*.test.ts"], {
      testPathIgnorePatterns: ["/node_modules/", "/dist/", "\\.(integration|e2e|full)\\.test\\.ts$"],
    }),
    project("integration", ["**/*.integration.test.ts"]),
    project("e2e", ["**/*.e2e.test.ts"]),
    project("full", ["**/*.full.test.ts"]),
  ],
};
