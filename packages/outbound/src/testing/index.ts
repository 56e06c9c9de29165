export { blockedAddresses } from "./blocked-addresses.ts";
export { openTestInternet, type TestInternet } from "./test-internet.ts";
