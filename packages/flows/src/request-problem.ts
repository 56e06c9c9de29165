import { Failure, failures, type FailureCode, type FieldProblem } from "@reelay/domain";

export type RequestProblem = FieldProblem & { readonly code: FailureCode };

/** A problem of one field, with its public text. */
export function fieldProblem(path: string, code: FailureCode): RequestProblem {
  return { path, code, message: failures[code].public.en };
}

/** Throws one failure for all problems: their code when they share it, else `unprocessable`; nothing when there are none. */
export function refuse(problems: readonly RequestProblem[]): void {
  const [first] = problems;
  if (!first) return;
  const shared = problems.every((problem) => problem.code === first.code);
  throw new Failure(shared ? first.code : "unprocessable", { errors: problems });
}
