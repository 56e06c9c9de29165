import { expect, test } from "@jest/globals";
import { Failure, failures, type FailureCode } from "@reelay/domain";
import { httpStatus, problemOf } from "./problem.ts";

const codes = Object.keys(failures) as FailureCode[];

test("every failure has a status that fits who has to act", () => {
  for (const code of codes) {
    const status = httpStatus(code);
    // 410 and 423 are tus' words for an upload that is gone or being written: https://tus.io/protocols/resumable-upload
    expect([400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 423, 429, 500, 502, 503, 507]).toContain(status);
    // A full quota is the caller's to empty: https://www.rfc-editor.org/rfc/rfc4331 answers it with 507.
    const isCallers = status < 500 || status === 507;
    if (failures[code].who === "caller") expect({ code, ok: isCallers }).toEqual({ code, ok: true });
    if (failures[code].who === "maintainer") expect({ code, ok: status >= 500 }).toEqual({ code, ok: true });
  }
});

test("a problem says the public text in the asker's language and never the internal one", () => {
  const failure = new Failure("not_found", { internal: "select * from secrets" });
  expect(problemOf(failure, "fr", "r-1")).toMatchObject({
    status: 404,
    code: "not_found",
    detail: failures.not_found.public.fr,
    who: "caller",
    requestId: "r-1",
  });
  expect(problemOf(failure, "fr", "r-1")).not.toHaveProperty("hint");
  const { hint } = problemOf(new Failure("scheduled_in_past"), "fr", "r-1");
  expect(hint).toBe("Omettez scheduledAt pour publier maintenant.");
  for (const code of codes) {
    const text = JSON.stringify(
      problemOf(new Failure(code, { internal: "INTERNAL", cause: new Error("CAUSE") }), "en", "r-1"),
    );
    expect(text).not.toMatch(/INTERNAL|CAUSE/);
  }
});
