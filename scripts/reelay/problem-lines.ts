import type { ApiProblem } from "../api/api-problem.ts";

const whoActs: Readonly<Record<string, string>> = {
  nobody: "nobody has to act, it passes",
  caller: "you have to act",
  creator: "the creator has to act",
  operator: "the operator has to act",
  maintainer: "the maintainer has to act",
};

/** A refusal of the API with everything that it names: what, who acts, every field, the request's id. */
export function problemLines({ status, problem, message }: ApiProblem): string[] {
  if (problem === null)
    return [`${message}: this is not the answer of Reelay's API; look at the address and its proxy.`];
  const { code, detail, title, who, hint, errors, requestId } = problem;
  const acts = who === undefined ? "" : `, ${whoActs[who] ?? who}`;
  return [
    `${detail ?? title ?? "The API refuses this."} (${code}, ${status}${acts})`,
    ...(hint === undefined ? [] : [`  ${hint}`]),
    ...errors.map((error) => `  ${error.path === "" ? "" : `${error.path}: `}${error.message} (${error.code})`),
    ...(requestId === undefined ? [] : [`  request ${requestId}`]),
  ];
}
