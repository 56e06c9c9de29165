import { expect, test } from "@jest/globals";
import { librarySorts } from "@reelay/domain";
import { decodeCursor, encodeCursor } from "./library-cursor.ts";

const id = "0192a000-0000-7000-8000-000000000000";
const encoded = (content: unknown) => Buffer.from(JSON.stringify(content)).toString("base64url");

test.each(librarySorts)("a cursor of the sort %s comes back as it was given", (sort) => {
  const position = { key: "1764028800123", id };
  expect(decodeCursor(encodeCursor(sort, position))).toEqual({ sort, position });
});

test("unknown figures and the largest ones are places of their own", () => {
  for (const key of ["-1", "9223372036854775807"])
    expect(decodeCursor(encodeCursor("views", { key, id }))).toEqual({ sort: "views", position: { key, id } });
});

test.each([
  ["nothing", ""],
  ["an id", id],
  ["no base64", "%%%"],
  ["no JSON", Buffer.from("[").toString("base64url")],
  ["another shape", encoded({ sort: "newest" })],
  ["an unknown sort", encoded(["random", "1", id])],
  ["a key that is no number", encoded(["views", "1; drop table", id])],
  ["a key beyond 64 bits", encoded(["views", "9223372036854775808", id])],
  ["a figure below unknown", encoded(["views", "-2", id])],
  ["a time beyond the calendar", encoded(["newest", "9223372036854775807", id])],
  ["a time before the calendar", encoded(["oldest", "-9223372036854775808", id])],
  ["no id", encoded(["newest", "1", "x"])],
  ["something more", encoded(["newest", "1", id, 1])],
  ["another spelling of itself", `${encodeCursor("newest", { key: "1", id })}=`],
])("%s is no cursor", (_what, cursor) => expect(decodeCursor(cursor)).toBeNull());
