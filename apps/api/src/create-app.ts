import { randomBytes } from "node:crypto";
import express, { type Express } from "express";
import { createConnecting } from "./connection/connecting.ts";
import type { ApiDeps } from "./deps.ts";
import { identify, requirePrincipal } from "./middleware/authenticate.ts";
import { jsonBody } from "./middleware/json-body.ts";
import { problemResponder } from "./middleware/problem.ts";
import { requestContext } from "./middleware/request-context.ts";
import { secureHeaders } from "./middleware/secure-headers.ts";
import { unmatched } from "./middleware/unmatched.ts";
import { pageRoutes } from "./pages/page-routes.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { healthRoutes } from "./routes/health.ts";
import { libraryCoverRoutes, libraryRoutes } from "./routes/library.ts";
import { mediaRoutes } from "./routes/media.ts";
import { openApiRoutes } from "./routes/openapi.ts";
import { postRoutes } from "./routes/posts.ts";
import { publicMediaRoutes } from "./routes/public-media.ts";
import { publicationRoutes } from "./routes/publications.ts";
import { renditionRoutes } from "./routes/renditions.ts";
import { syncRoutes } from "./routes/sync.ts";
import { tiktokOauthRoutes } from "./routes/tiktok-oauth.ts";
import { uploadOptionsRoutes, uploadRoutes } from "./routes/uploads.ts";
import { tiktokWebhookRoutes } from "./routes/tiktok-webhook.ts";

/** Every router spells its whole paths and is mounted at the root, so that one list knows all of them. */
export function createRouters(deps: ApiDeps) {
  const connecting = createConnecting(deps);
  return {
    anonymous: [healthRoutes(deps), openApiRoutes(deps), tiktokWebhookRoutes(deps), publicMediaRoutes(deps)],
    /** They decide themselves who may come. */
    open: [tiktokOauthRoutes(deps, connecting), libraryCoverRoutes(deps), uploadOptionsRoutes(deps)],
    pages: [pageRoutes(deps, connecting)],
    authenticated: [
      accountRoutes(deps),
      libraryRoutes(deps),
      uploadRoutes(deps),
      mediaRoutes(deps),
      renditionRoutes(deps),
      postRoutes(deps),
      publicationRoutes(deps),
      syncRoutes(deps),
    ],
  };
}

export function createApp(deps: ApiDeps): Express {
  const { config, identity, logger } = deps;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", config.TRUST_PROXY);
  app.set("etag", false);
  app.use((_req, res, next) => {
    res.locals["nonce"] = randomBytes(16).toString("base64");
    next();
  });
  app.use(requestContext(logger));
  app.use(secureHeaders(config));
  // Before any body parser: it reads the body itself. It limits attempts by address, which a header fakes only where its proxy is trusted.
  app.all("/api/identity/{*path}", (req, res) => {
    req.headers["x-forwarded-for"] = req.ip ?? "";
    return identity.handler(req, res);
  });

  const { anonymous, open, pages, authenticated } = createRouters(deps);
  app.use(...anonymous);
  app.use(identify(identity, new URL(config.PUBLIC_URL).origin));
  app.use(jsonBody);
  app.use(...open, ...pages);
  app.use("/api", requirePrincipal);
  app.use(...authenticated);
  app.use(unmatched([...anonymous, ...open, ...pages, ...authenticated]));
  app.use(problemResponder(logger));
  return app;
}
