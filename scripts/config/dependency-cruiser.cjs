// The import rules of docs/architecture.md. scripts/house/rules.test.ts plants a violation of each and sees it found.
const owners = "database|jobs|storage|media|outbound|platforms|identity";
const inFolder = (names) => `^packages/(${names})/`;
const onlyIn = (name, packageNames, folder) => ({
  name,
  severity: "error",
  from: { pathNot: `${folder}|^scripts/|\\.test\\.ts$` },
  to: { path: `node_modules/(${packageNames.join("|")})(/|$)` },
});

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "domain-is-pure",
      comment: "domain imports zod and nothing else",
      severity: "error",
      from: { path: "^packages/domain/src/", pathNot: "\\.test\\.ts$" },
      to: { pathNot: "^packages/domain/|node_modules/zod(/|$)" },
    },
    {
      name: "runtime-knows-only-domain",
      severity: "error",
      from: { path: "^packages/runtime/" },
      to: { path: "^(packages|apps)/", pathNot: inFolder("runtime|domain") },
    },
    {
      name: "contract-knows-only-domain",
      severity: "error",
      from: { path: "^packages/contract/" },
      to: { path: "^(packages|apps)/", pathNot: inFolder("contract|domain|runtime") },
    },
    {
      name: "owners-do-not-know-each-other",
      severity: "error",
      from: { path: `^packages/(${owners})/`, pathNot: "\\.test\\.ts$|/testing/|/conformance\\.ts$" },
      to: { path: "^packages/", pathNot: `^packages/($1|domain|runtime|contract)/` },
    },
    { name: "packages-do-not-know-apps", severity: "error", from: { path: "^packages/" }, to: { path: "^apps/" } },
    {
      name: "apps-do-not-know-each-other",
      severity: "error",
      from: { path: "^apps/(?!e2e/)((?:workers/)?[^/]+)/" },
      to: { path: "^apps/", pathNot: "^apps/$1/" },
    },
    {
      name: "production-does-not-simulate",
      severity: "error",
      from: {
        path: "^(apps|packages)/",
        pathNot: "^packages/simulator/|^apps/e2e/|\\.test\\.ts$|/testing/|/conformance\\.ts$",
      },
      to: { path: "^packages/simulator/" },
    },
    {
      name: "simulator-stands-alone",
      severity: "error",
      from: { path: "^packages/simulator/" },
      to: { path: "^(packages|apps)/", pathNot: "^packages/simulator/" },
    },
    {
      name: "production-does-not-test",
      severity: "error",
      from: { path: "^(apps|packages)/", pathNot: "^apps/e2e/|\\.test\\.ts$|/testing/|/conformance\\.ts$" },
      to: { path: "/testing/|\\.test\\.ts$" },
    },
    onlyIn("database-owns-postgres", ["@prisma", "pg", "prisma"], "^packages/database/"),
    onlyIn("jobs-owns-redis", ["bullmq", "ioredis"], "^packages/jobs/"),
    onlyIn("media-owns-ffmpeg", ["fluent-ffmpeg", "ffmpeg-static", "sharp"], "^packages/media/"),
    onlyIn("runtime-judges-addresses", ["ipaddr.js"], "^packages/runtime/"),
    onlyIn("storage-owns-s3", ["@aws-sdk"], "^packages/storage/"),
    onlyIn("identity-owns-better-auth", ["better-auth", "@better-auth"], "^packages/identity/"),
    {
      name: "declared-dependencies-only",
      severity: "error",
      from: { path: "^(apps|packages)/", pathNot: "\\.test\\.ts$|/testing/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"] },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^packages/database/src/generated/|(^|/)dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@reelay/source", "import", "node", "types", "default"],
      extensions: [".ts", ".mjs", ".js", ".cjs", ".json", ".d.ts"],
    },
    combinedDependencies: true,
  },
};
