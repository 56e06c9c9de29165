import { z } from "zod";
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from "zod-openapi";
import { problemDetails } from "../problem.ts";

type Responses = NonNullable<ZodOpenApiOperationObject["responses"]>;
type Status = keyof Responses & `${number}${string}`;

export const idPath = z.object({ id: z.uuid() });
export const pageParameters = z.object({
  cursor: z.string().optional().meta({ description: "`nextCursor` of the page before" }),
  limit: z.int().min(1).max(100).optional().meta({ description: "20 when left out" }),
});
export const idempotencyHeader = z.object({
  "Idempotency-Key": z
    .string()
    .max(255)
    .optional()
    .meta({ description: "The same key with the same body replays the stored answer for 48 hours." }),
});

/** An answer of JSON by `schema`, beside the problems every route may answer with. */
export function answers(status: Status, description: string, schema: z.ZodType): Responses {
  return { [status]: { description, content: { "application/json": { schema } } }, default: problem };
}

export function jsonBody(schema: z.ZodType): NonNullable<ZodOpenApiOperationObject["requestBody"]> {
  return { content: { "application/json": { schema } } };
}

export const problem: ZodOpenApiResponseObject = {
  description: "RFC 9457 problem details: 400, 401, 403, 404, 405, 409, 413, 415, 422, 429 with Retry-After, 503, 507",
  content: { "application/problem+json": { schema: problemDetails } },
};
