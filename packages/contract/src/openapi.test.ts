import { expect, test } from "@jest/globals";
import { createOpenApi } from "./openapi.ts";

test("every operation of the document has a summary, an answer and the problem it may end with", () => {
  const document = createOpenApi({ serverUrl: "http://localhost:3002" });
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (["get", "post", "patch", "delete"] as const).flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
  expect(operations.length).toBeGreaterThan(20);
  for (const { path, method, operation } of operations) {
    expect(operation.summary).toBeTruthy();
    const statuses = Object.keys(operation.responses ?? {});
    expect({ path, method, ok: statuses.some((status) => /^[23]/.test(status)) }).toEqual({ path, method, ok: true });
    if (path !== "/readyz") expect(statuses).toContain("default");
  }
});

test("the document can be sent: plain JSON without undefined or functions", () => {
  const document = createOpenApi({ serverUrl: "http://localhost:3002" });
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(document.openapi).toBe("3.1.0");
});
