import { describe, expect, test } from "@jest/globals";
import { Faults, type FaultInput, type Occasion } from "./scenario.ts";

const upload = (index: number, isLast = false): Occasion => ({
  endpoint: "upload",
  openId: "-1",
  chunk: { index, isLast },
});
const status: Occasion = { endpoint: "status", openId: "-1", chunk: null };

function faults(...added: FaultInput[]): Faults {
  const all = new Faults();
  for (const fault of added) all.add(fault);
  return all;
}

describe("a fault", () => {
  test("strikes once unless told otherwise", () => {
    const all = faults({ endpoint: "status", mode: "truncate" });
    expect([all.take(status), all.take(status)]).toEqual([{ name: "truncate" }, null]);
  });

  test("strikes as often as told, then the next one does", () => {
    const all = faults({ endpoint: "status", mode: "truncate", times: 2 }, { endpoint: "status", mode: "hold" });
    expect([1, 2, 3, 4].map(() => all.take(status)?.name)).toEqual(["truncate", "truncate", "hold", undefined]);
  });

  test("lets occasions pass when told to strike at every so manieth", () => {
    const all = faults({ endpoint: "status", mode: "truncate", times: 2, every: 3 });
    const struck = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter(() => all.take(status) !== null).length;
    expect(struck).toBe(2);
    expect(faults({ endpoint: "status", mode: "hold", every: 2 }).take(status)).toBeNull();
  });

  test("waits for its endpoint and its creator", () => {
    const all = faults({ endpoint: "status", openId: "-2", mode: "hold" });
    expect(all.take(status)).toBeNull();
    expect(all.take(upload(0))).toBeNull();
    expect(all.take({ ...status, openId: "-2" })).toEqual({ name: "hold" });
  });

  test.each<[FaultInput["chunk"], number[]]>([
    [1, [1]],
    ["last", [2]],
    ["notLast", [0]],
    [undefined, [0]],
  ])("for chunk %p strikes there alone", (chunk, struck) => {
    const all = faults({ endpoint: "upload", mode: "hold", ...(chunk !== undefined && { chunk }) });
    const hits = [0, 1, 2].filter((index) => all.take(upload(index, index === 2)) !== null);
    expect(hits).toEqual(struck);
  });

  test("has defaults: 400 for a refusal, an HTML 502 for an error", () => {
    expect(faults({ endpoint: "status", mode: { name: "refuse", code: "x" } }).take(status)).toEqual({
      name: "refuse",
      code: "x",
      httpStatus: 400,
      message: "",
    });
    expect(faults({ endpoint: "status", mode: { name: "errorAfterEffect" } }).take(status)).toEqual({
      name: "errorAfterEffect",
      status: 502,
      body: "html",
    });
  });

  test("of an unknown kind is refused when it is added", () => {
    expect(() => faults({ endpoint: "status", mode: "explode" as "hold" })).toThrow();
    expect(() => faults({ endpoint: "nowhere" as "status", mode: "hold" })).toThrow();
  });

  test("cleared does not strike", () => {
    const all = faults({ endpoint: "status", mode: "hold" });
    all.clear();
    expect(all.take(status)).toBeNull();
  });
});
