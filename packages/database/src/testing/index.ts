export { createConnectedAccount, createWorkspace, testVault, type TestAccount } from "./arrange.ts";
export { createPublication, type PublicationWish } from "./create-publication.ts";
export { emptyDatabase } from "./empty-database.ts";
export { expectedAccess, type ExpectedAccess } from "./expected-access.ts";
export { migrationsDirectory, testRole } from "./template-database.ts";
export { plantRow } from "./plant-row.ts";
export { testDatabase, testRedis, type TestDatabase } from "./test-database.ts";
export { testServers } from "./test-servers.ts";
export { untilBlocked } from "./until-blocked.ts";
