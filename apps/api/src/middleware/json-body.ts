import { isUtf8 } from "node:buffer";
import { Failure } from "@reelay/domain";
import express, { type RequestHandler } from "express";

/** Reads JSON bodies up to 1 MB; other content types are left for the route. Of doubled keys the last one counts. */
export const jsonBody: RequestHandler = express.json({
  limit: 1_048_576,
  inflate: false,
  verify: (_req, _res, body) => {
    if (!isUtf8(body))
      throw new Failure("malformed_request", { errors: [{ path: "", code: "invalid_utf8", message: "is not UTF-8" }] });
  },
  reviver: (key: string, value: unknown) => {
    if (key === "__proto__") throw new SyntaxError("__proto__ is not known here");
    return value;
  },
});
