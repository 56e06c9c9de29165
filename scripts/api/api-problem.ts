import { z } from "zod";

const problemShape = z.object({
  code: z.string(),
  detail: z.string().optional(),
  title: z.string().optional(),
  who: z.string().optional(),
  hint: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).default([]),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof problemShape>;

/** The API answered, and it was no success. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  /** null: what answered does not speak as our API does. */
  readonly problem: Problem | null;

  constructor(what: string, status: number, answer: unknown) {
    const problem = problemShape.safeParse(answer).data ?? null;
    super(`${what}: ${status} ${problem?.code ?? ""} ${problem?.detail ?? problem?.title ?? ""}`.trimEnd());
    this.status = status;
    this.problem = problem;
  }
}

/** No answer came. */
export class ApiUnreachable extends Error {
  override readonly name = "ApiUnreachable";
}
