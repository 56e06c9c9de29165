import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { basename, extname } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import type { z } from "zod";
import type { ApiAccess } from "./api-client.ts";
import { ApiProblem, ApiUnreachable } from "./api-problem.ts";

const contentTypes: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".webp": "image/webp",
  ".mp4": "video/mp4",
  ".mov": "video/quicktime",
  ".webm": "video/webm",
};

/**
 * Streams a file of this machine to `POST /api/media` as a form and answers with the media. Not by fetch, which tells
 * neither how far it is nor what a server said that refused half-way.
 */
export async function uploadFile<Shape extends z.ZodType>(
  { baseUrl, apiKey, signal }: ApiAccess,
  path: string,
  shape: Shape,
  onProgress: (sentBytes: number, totalBytes: number) => void,
): Promise<z.output<Shape>> {
  const { size } = await stat(path);
  const boundary = `reelay-${randomUUID()}`;
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${formName(path)}"\r\n` +
      `Content-Type: ${contentTypes[extname(path).toLowerCase()] ?? "application/octet-stream"}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const url = new URL(`${baseUrl}/api/media`);
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  const request = send(url, {
    method: "POST",
    signal,
    headers: {
      authorization: `Bearer ${apiKey}`,
      accept: "application/json",
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": head.length + size + tail.length,
    },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve).once("error", reject);
  });
  const sent = pipeline(createReadStream(path), framed(head, tail, size, onProgress), request);
  // A refusal ends the sending with an error of its own; what the server said counts.
  sent.catch(() => undefined);
  try {
    const response = await answered;
    const answer = parsed(await text(response));
    const status = response.statusCode ?? 0;
    const media = shape.safeParse(answer);
    if (status < 300 && media.success) return media.data;
    throw new ApiProblem("POST /api/media", status, answer);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiProblem) throw error;
    throw new ApiUnreachable(`${baseUrl} does not answer`, { cause: error });
  } finally {
    request.destroy();
  }
}

function framed(
  head: Buffer,
  tail: Buffer,
  size: number,
  onProgress: (sent: number, total: number) => void,
): Transform {
  let sentBytes = 0;
  const frame = new Transform({
    transform(piece: Buffer, _encoding, done) {
      sentBytes += piece.length;
      onProgress(sentBytes, size);
      done(null, piece);
    },
    flush(done) {
      done(null, tail);
    },
  });
  frame.push(head);
  return frame;
}

// As browsers write it: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
function formName(path: string): string {
  return basename(path).replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return null;
  }
}
