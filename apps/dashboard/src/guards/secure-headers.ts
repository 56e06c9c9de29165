import type { ServerResponse } from "node:http";
import helmet from "helmet";

const nonce = (_req: unknown, res: ServerResponse) =>
  `'nonce-${String((res as ServerResponse & { locals: Record<string, unknown> }).locals["nonce"])}'`;

/** Pages run only scripts and styles of ours, by nonce; nobody may frame them. */
export function secureHeaders(publicUrl: string) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: [nonce],
        styleSrc: [nonce],
        imgSrc: ["data:"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: "same-origin" },
    strictTransportSecurity: publicUrl.startsWith("https:"),
  });
}

/** Bull Board's scripts and styles are files of ours; nothing inline, and nothing is evaluated. */
export const boardPolicy = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", nonce],
    imgSrc: ["'self'", "data:"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'self'"],
    frameAncestors: ["'none'"],
  },
});
