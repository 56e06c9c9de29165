import { expect, test } from "@jest/globals";
import { ApiProblem } from "../api/api-problem.ts";
import { problemLines } from "./problem-lines.ts";

test("a refusal is told with every field, who acts, and the request's id", () => {
  const answer = {
    code: "unprocessable",
    status: 422,
    title: "Unprocessable",
    detail: "The request is well formed but cannot be done; see errors.",
    who: "caller",
    errors: [
      {
        path: "targets.0.options.privacyLevel",
        code: "privacy_level_required",
        message: "Choose who may see the post.",
      },
      { path: "", code: "media_count", message: "This kind of post takes exactly one media." },
    ],
    requestId: "019ab000",
  };
  expect(problemLines(new ApiProblem("POST /api/posts", 422, answer))).toEqual([
    "The request is well formed but cannot be done; see errors. (unprocessable, 422, you have to act)",
    "  targets.0.options.privacyLevel: Choose who may see the post. (privacy_level_required)",
    "  This kind of post takes exactly one media. (media_count)",
    "  request 019ab000",
  ]);
});

test("an answer that is not ours says so", () => {
  const [line] = problemLines(new ApiProblem("GET /api/accounts", 502, null));
  expect(line).toBe(
    "GET /api/accounts: 502: this is not the answer of Reelay's API; look at the address and its proxy.",
  );
});
