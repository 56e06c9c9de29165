export { createConnectedAccount, createWorkspace, testVault, type TestAccount } from "./arrange.ts";
export { emptyDatabase } from "./empty-database.ts";
export { migrationsDirectory, testRole } from "./template-database.ts";
export { testDatabase, testRedis, type TestDatabase } from "./test-database.ts";
export { testServers } from "./test-servers.ts";
