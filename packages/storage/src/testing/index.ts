export { openS3Server, type S3Server } from "./s3-server.ts";
export type { S3Fault, S3Faults } from "./s3-faults.ts";
