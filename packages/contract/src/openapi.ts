import { createDocument, type ZodOpenApiObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { accountPaths } from "./openapi/account-paths.ts";
import { libraryPaths } from "./openapi/library-paths.ts";
import { mediaPaths } from "./openapi/media-paths.ts";
import { postPaths } from "./openapi/post-paths.ts";
import { publicationPaths } from "./openapi/publication-paths.ts";
import { syncPaths } from "./openapi/sync-paths.ts";
import { systemPaths } from "./openapi/system-paths.ts";
import { webhookPaths } from "./openapi/webhook-paths.ts";

const paths: ZodOpenApiPathsObject = {
  ...systemPaths,
  ...webhookPaths,
  ...accountPaths,
  ...libraryPaths,
  ...mediaPaths,
  ...postPaths,
  ...publicationPaths,
  ...syncPaths,
};

type OpenApiDocument = ReturnType<typeof createDocument>;

/** The OpenAPI 3.1 document of every route that exists. `serverUrl` has no slash at its end. */
export function createOpenApi(options: { serverUrl: string }): OpenApiDocument {
  const document: ZodOpenApiObject = {
    openapi: "3.1.0",
    info: {
      title: "Reelay",
      version: "0.1.0",
      description:
        "Errors are RFC 9457 problem details. Times are RFC 3339 UTC. Unknown fields in a request are refused by name.",
    },
    servers: [{ url: options.serverUrl }],
    security: [{ apiKey: [] }, { session: [] }],
    components: {
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "a workspace's API key" },
        session: { type: "apiKey", in: "cookie", name: "reelay.session_token", description: "the web session" },
      },
    },
    paths,
  };
  return createDocument(document);
}
