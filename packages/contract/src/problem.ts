import { whoActs } from "@reelay/domain";
import { z } from "zod";

export const fieldProblem = z
  .object({ path: z.string(), code: z.string(), message: z.string() })
  .meta({ id: "FieldProblem" });

/** RFC 9457 problem details, `application/problem+json`. */
export const problemDetails = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    who: z.enum(whoActs).meta({ description: "who has to act" }),
    hint: z.string().optional(),
    errors: z.array(fieldProblem).optional(),
    requestId: z.string(),
  })
  .meta({ id: "Problem" });
export type ProblemDetails = z.output<typeof problemDetails>;
