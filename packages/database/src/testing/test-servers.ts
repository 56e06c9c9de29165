/** Servers that the test command started: an admin's address of Postgres, and Redis. */
export function testServers(): { databaseUrl: string; redisUrl: string } {
  const databaseUrl = process.env["TEST_DATABASE_URL"];
  const redisUrl = process.env["TEST_REDIS_URL"];
  if (!databaseUrl || !redisUrl)
    throw new Error("TEST_DATABASE_URL and TEST_REDIS_URL are not set: run the tests by npm test");
  return { databaseUrl, redisUrl };
}
