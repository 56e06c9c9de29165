import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { postStatus, postStatuses, type PostStatus } from "./post-status.ts";
import { publicationStatuses, type PublicationStatus } from "./publication.ts";

test.each<[PublicationStatus[], PostStatus]>([
  [["scheduled", "preparing"], "scheduled"],
  [["scheduled", "published"], "publishing"],
  [["waiting"], "publishing"],
  [["processing", "failed"], "publishing"],
  [["published", "delivered"], "published"],
  [["published", "canceled"], "published"],
  [["published", "failed"], "partial"],
  [["failed", "canceled"], "failed"],
  [["canceled"], "canceled"],
  [["published", "needs_review"], "needs_review"],
  [["draft"], "draft"],
])("publications %j make the post %s", (statuses, expected) => expect(postStatus(statuses)).toBe(expected));

test("every mix has a status, whatever the order", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...publicationStatuses), { minLength: 1, maxLength: 6 }), (statuses) => {
      expect(postStatuses).toContain(postStatus(statuses));
      expect(postStatus([...statuses].reverse())).toBe(postStatus(statuses));
    }),
  );
});
