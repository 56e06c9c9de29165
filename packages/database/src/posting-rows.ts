import { appendAudit } from "./audit.ts";
import type { Tx } from "./connect.ts";
import { newId } from "./ids.ts";
import { ensureRendition } from "./media/ensure-rendition.ts";
import { lockMedia } from "./media/media-library.ts";
import {
  insertPost,
  lockPostAccounts,
  readNow,
  readPost,
  readPostAccounts,
  replacePostMedia,
  updatePost,
} from "./posts.ts";
import { editPublications } from "./publications/edit.ts";
import { readPublications } from "./publications/read.ts";
import { retryPublication } from "./publications/retry.ts";

type Bound<Fn> = Fn extends (tx: Tx, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

/** What accepting, editing and retrying posts read and write, in one transaction; each as documented where it is. */
export interface PostingRows {
  newId(): string;
  readonly appendAudit: Bound<typeof appendAudit>;
  readonly readNow: Bound<typeof readNow>;
  readonly readPostAccounts: Bound<typeof readPostAccounts>;
  readonly lockPostAccounts: Bound<typeof lockPostAccounts>;
  readonly lockMedia: Bound<typeof lockMedia>;
  readonly ensureRendition: Bound<typeof ensureRendition>;
  readonly insertPost: Bound<typeof insertPost>;
  readonly readPost: Bound<typeof readPost>;
  readonly updatePost: Bound<typeof updatePost>;
  readonly replacePostMedia: Bound<typeof replacePostMedia>;
  readonly readPublications: Bound<typeof readPublications>;
  readonly editPublications: Bound<typeof editPublications>;
  readonly retryPublication: Bound<typeof retryPublication>;
}

/** The rows of `tx`, for flows that must not know where they are. */
export function postingRows(tx: Tx): PostingRows {
  return {
    newId,
    appendAudit: (...rest) => appendAudit(tx, ...rest),
    readNow: () => readNow(tx),
    readPostAccounts: (...rest) => readPostAccounts(tx, ...rest),
    lockPostAccounts: (...rest) => lockPostAccounts(tx, ...rest),
    lockMedia: (...rest) => lockMedia(tx, ...rest),
    ensureRendition: (...rest) => ensureRendition(tx, ...rest),
    insertPost: (...rest) => insertPost(tx, ...rest),
    readPost: (...rest) => readPost(tx, ...rest),
    updatePost: (...rest) => updatePost(tx, ...rest),
    replacePostMedia: (...rest) => replacePostMedia(tx, ...rest),
    readPublications: (...rest) => readPublications(tx, ...rest),
    editPublications: (...rest) => editPublications(tx, ...rest),
    retryPublication: (...rest) => retryPublication(tx, ...rest),
  };
}
