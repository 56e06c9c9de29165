export { openDatabase, type Database, type DatabaseOptions, type Tx } from "./connect.ts";
export { Prisma } from "./generated/client.ts";
export { newId } from "./ids.ts";
export { migrate, schemaDiff } from "./migrate.ts";
export { createNotifier, dueChannel, listen, type Listener } from "./listen.ts";
export { createVault, type SealedPlace, type Vault, type VaultKey } from "./vault.ts";
export { checkKeys, recordUploadRate } from "./installation.ts";
export { takeBudget } from "./budgets.ts";
export { liftHolds, placeHold, type Hold } from "./holds.ts";
export { beat, consumedQueues, leave, type WorkerBeat } from "./workers.ts";
export { createGrants, type Grants, type NewTokens, type OpenGrant } from "./grants.ts";
export { countLosses, loseAccount, type LossCause } from "./lose-account.ts";
export {
  allowedReturnOrigins,
  connectAccount,
  getAccount,
  listAccounts,
  saveAccountProfile,
  type AccountProfile,
  type AccountRow,
} from "./accounts.ts";
export {
  createOauthStates,
  deniedAnswer,
  finishOauthState,
  type OauthCaller,
  type OauthPrincipal,
  type OauthStates,
  type UsedState,
} from "./oauth-states.ts";
export { isUnavailable } from "./unavailable.ts";
export { claimPublication, renewLease, type Claimed } from "./publications/claim.ts";
export { closeStuck } from "./publications/close-stuck.ts";
export { dispatchDue, freePlaces, nextDueInMs, type Dispatched } from "./publications/dispatch.ts";
export { appendJournal } from "./publications/journal.ts";
export { createPublicationSteps, type Lease, type LeasedWrite, type PublicationSteps } from "./publications/steps.ts";
export { IllegalTransition, LeaseLost, writePublication, type PublicationChange } from "./publications/write.ts";
export {
  cancelRendition,
  deleteMedia,
  getMedia,
  getRendition,
  insertMedia,
  listMedia,
  lockMedia,
  type NewMedia,
} from "./media/media-library.ts";
export { type MediaRow, type MediaState, type RenditionRow, type RenditionState } from "./media/media-row.ts";
export {
  ensureRendition,
  type DecideRendition,
  type RenditionDecision,
  type RenditionWish,
} from "./media/ensure-rendition.ts";
export {
  finishProbe,
  giveBackProbe,
  leaseProbe,
  rejectMedia,
  renewProbe,
  type ProbeLease,
} from "./media/probe-lease.ts";
export {
  failConversion,
  finishConversion,
  giveBackConversion,
  leaseConversion,
  renewConversion,
  type ConversionLease,
  type ConversionResult,
  type GivenBack,
} from "./media/conversion-lease.ts";
export { findOrphanedKeys, findStandingStill, type StandingStill } from "./media/standing-still.ts";
export { findAnswer, storeAnswer, takeKey, type IdempotencyState, type IdempotentRequest } from "./idempotency.ts";
export {
  insertPost,
  listPosts,
  lockPostAccounts,
  readNow,
  readPost,
  readPostAccounts,
  replacePostMedia,
  updatePost,
  type NewPost,
  type NewPublication,
  type PostAccount,
  type PostRow,
  type PublicationMedia,
} from "./posts.ts";
export { readEvents, readWatched, type EventRow, type WatchedState } from "./events.ts";
export { readPublications, type PublicationRow } from "./publications/read.ts";
export { editPublications, type PublicationEdit } from "./publications/edit.ts";
export { cancelPublication } from "./publications/cancel.ts";
export { retryPublication, type PublicationRetry } from "./publications/retry.ts";
export { resolvePublication, type Resolution } from "./publications/resolve.ts";
export { postingRows, type PostingRows } from "./posting-rows.ts";
