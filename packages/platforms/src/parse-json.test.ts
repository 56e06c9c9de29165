import { expect, test } from "@jest/globals";
import { parseJson } from "./parse-json.ts";

test("a 19-digit id survives, and small numbers stay numbers", () => {
  expect(parseJson('{"ids":[7678907398077074696,-7678907398077074696],"bytes":31000123,"rate":0.5}')).toEqual({
    ids: ["7678907398077074696", "-7678907398077074696"],
    bytes: 31_000_123,
    rate: 0.5,
  });
});

test("half of an answer is no answer", () => {
  expect(() => parseJson('{"data":{"status":"PUBLI')).toThrow(SyntaxError);
});
