import { dropUpload, newId, type UploadRow } from "@reelay/database";
import { Failure } from "@reelay/domain";
import type { FinishUpload } from "@reelay/flows";
import { Server } from "@tus/server";
import type { Request, Response } from "express";
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ApiDeps } from "../deps.ts";
import { principalOf } from "../middleware/authenticate.ts";
import { isId } from "../middleware/parse.ts";
import { StagedFiles, stagedName, uploadExpiresMs } from "./staged-files.ts";
import { takeUploadRoom } from "./take-upload-room.ts";
import { createUploadLocker } from "./upload-locker.ts";

export const uploadsPath = "/api/media/uploads";
/** Names the media of a finished upload. */
export const mediaIdHeader = "Media-Id";
const maxMetadataBytes = 4_096;

export interface TusServer {
  /** Rejects with a Failure instead of answering an error. */
  handle(req: Request, res: Response): Promise<void>;
}

interface TusRequest {
  readonly runtime?: { readonly node?: { readonly req: unknown } | undefined } | undefined;
  readonly headers: Headers;
}

/** tus 1.0 over files and rows. Everything that it refuses is thrown as a Failure, to be answered like any other. */
export function createTusServer(deps: ApiDeps, directory: string, finish: FinishUpload): TusServer {
  const { config, database } = deps;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  /** What a request has begun: when it fails the client never learns the upload's address. */
  const begun = new WeakMap<object, string>();
  const server = new Server({
    path: uploadsPath,
    datastore: new StagedFiles(directory, deps.database),
    locker: createUploadLocker(deps),
    maxSize: config.MEDIA_MAX_BYTES,
    relativeLocation: true,
    lockDrainTimeout: 1_000,
    allowedOrigins: () => false,
    exposedHeaders: [mediaIdHeader],
    namingFunction(req) {
      const name = stagedName(workspaceOf(req), newId());
      begun.set(expressOf(req), name);
      return name;
    },
    generateUrl: (_req, { path, id }) => `${path}/${id.split("/")[1] ?? ""}`,
    getFileIdFromRequest: (req, last = "") =>
      isId(last) ? stagedName(workspaceOf(req), last.toLowerCase()) : undefined,
    async onUploadCreate(req, upload) {
      if ((req.headers.get("upload-metadata") ?? "").length > maxMetadataBytes)
        throw malformed("Upload-Metadata", "is too long");
      const [workspaceId = "", id = ""] = upload.id.split("/");
      const sizeBytes = upload.size ?? 0;
      const metadata = storable(upload.metadata ?? {});
      await takeUploadRoom(deps, workspaceId, { id, kind: "tus", sizeBytes, metadata, expiresInMs: uploadExpiresMs });
      return {};
    },
    async onUploadFinish(_req, upload) {
      const [workspaceId = "", id = ""] = upload.id.split("/");
      const { size: sizeBytes = 0, metadata = {} } = upload;
      const staged = { id, workspaceId, sizeBytes, metadata, path: join(directory, upload.id) };
      const finished = await finish(staged, deps.stopping);
      if (finished.outcome === "refused") throw finished.failure;
      return { headers: { [mediaIdHeader]: finished.media.id } };
    },
    onResponseError(_req, error) {
      throw failureOf(error);
    },
  });
  return {
    async handle(req, res) {
      try {
        await server.handle(req, res);
      } catch (error) {
        const [workspaceId = "", id = ""] = begun.get(req)?.split("/") ?? [];
        if (id !== "") {
          await dropUpload(database, workspaceId, id);
          await rm(stagedPath(directory, { workspaceId, id }), { force: true });
        }
        throw error;
      }
    },
  };
}

function expressOf(req: TusRequest): Request {
  return req.runtime?.node?.req as Request;
}

function workspaceOf(req: TusRequest): string {
  return principalOf(expressOf(req)).workspaceId;
}

/** The file of an upload of a row. */
export function stagedPath(directory: string, upload: Pick<UploadRow, "workspaceId" | "id">): string {
  return join(directory, stagedName(upload.workspaceId, upload.id));
}

/** Postgres keeps no NUL. */
function storable(metadata: Record<string, string | null>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, value === null ? null : value.replaceAll("\0", "")]),
  );
}

function failureOf(error: Error | { status_code: number; body: string }): unknown {
  if (error instanceof Failure || !("status_code" in error)) return error;
  const body = error.body.trim();
  switch (error.status_code) {
    case 404:
      return new Failure("not_found");
    case 409:
      return new Failure("upload_offset_conflict");
    case 410:
      return new Failure("upload_gone");
    case 413:
      return new Failure("media_too_large", { internal: body });
    case 500:
      return new Failure("internal", { internal: body });
    default:
      return malformed("", body);
  }
}

function malformed(path: string, message: string): Failure {
  return new Failure("malformed_request", { errors: [{ path, code: "invalid_upload", message }] });
}
