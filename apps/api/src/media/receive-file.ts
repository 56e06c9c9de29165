import { Failure } from "@reelay/domain";
import busboy from "busboy";
import type { Request } from "express";
import type { Readable } from "node:stream";

export interface ReceivedFile<Stored> {
  readonly stored: Stored;
  readonly fileName: string;
}

/** What a form may hold beside the file's bytes: boundaries and headers of its parts. */
const formOverheadBytes = 65_536;

/**
 * Hands the one file of a multipart request to `store` while it arrives. Throws `unsupported_content_type`,
 * `media_too_large` as soon as that is known, `malformed_request` for a broken form, another field or a second file; the
 * signal that `store` got has fired then, and `store` has ended. Never waits for the rest of a refused body.
 */
export async function receiveFile<Stored>(
  req: Request,
  options: { maxBytes: number; store: (body: Readable, signal: AbortSignal) => Promise<Stored> },
): Promise<ReceivedFile<Stored>> {
  if (!req.is("multipart/form-data")) throw new Failure("unsupported_content_type");
  if (Number(req.headers["content-length"] ?? 0) > options.maxBytes + formOverheadBytes)
    throw new Failure("media_too_large");
  const form = openForm(req);
  const abort = new AbortController();
  let storing: Promise<ReceivedFile<Stored>> | null = null;
  const arrived = new Promise<ReceivedFile<Stored>>((resolve, reject) => {
    form.once("file", (_name, body, info) => {
      // The form's own troubles come here too; it tells them itself, in better words.
      let formError: unknown = null;
      body.on("error", (error) => (formError = error));
      storing = options.store(body, abort.signal).then((stored) => ({ stored, fileName: info.filename ?? "" }));
      storing.catch((error: unknown) => reject(error === formError ? broken(error) : error));
    });
    form.once("close", () => (storing ? resolve(storing) : reject(malformed("file", "required", "is missing"))));
    form.on("error", (error) => reject(broken(error)));
    form.on("field", (name) => reject(malformed(name, "unknown_field", "is not known here")));
    for (const limit of ["filesLimit", "fieldsLimit", "partsLimit"] as const) {
      form.on(limit, () => reject(malformed("file", "too_many_parts", "takes one file and nothing else")));
    }
    req.once("close", () => {
      if (!req.complete) reject(malformed("", "aborted", "the upload was broken off"));
    });
  });
  try {
    req.pipe(form);
    return await arrived;
  } catch (error) {
    abort.abort(error);
    req.unpipe(form);
    form.destroy();
    await (storing as Promise<unknown> | null)?.catch(() => undefined);
    throw error;
  }
}

function openForm(req: Request): busboy.Busboy {
  try {
    return busboy({
      headers: req.headers,
      defParamCharset: "utf8",
      limits: { files: 1, fields: 1, parts: 2, fieldNameSize: 100, fieldSize: 1_024, headerPairs: 20 },
    });
  } catch (error) {
    throw malformed("", "invalid_form", "has no multipart boundary", error);
  }
}

function broken(cause: unknown): Failure {
  return malformed("", "invalid_form", "is not a whole multipart form", cause);
}

function malformed(path: string, code: string, message: string, cause?: unknown): Failure {
  return new Failure("malformed_request", { errors: [{ path, code, message }], ...(cause !== undefined && { cause }) });
}
