export { openDatabase, type Database, type DatabaseOptions, type Tx } from "./connect.ts";
export { Prisma } from "./generated/client.ts";
export { newId } from "./ids.ts";
export { migrate, schemaDiff } from "./migrate.ts";
export { createNotifier, dueChannel, listen, type Listener } from "./listen.ts";
export { createVault, type SealedPlace, type Vault, type VaultKey } from "./vault.ts";
export { checkKeys, recordUploadRate } from "./installation.ts";
export { inspectKeys, type KeyFacts } from "./inspect-keys.ts";
export { inspectServer, type ServerFacts } from "./inspect-server.ts";
export { type MigrationState } from "./migration-state.ts";
export { takeBudget, takeBudgets, type Budget } from "./budgets.ts";
export { liftHolds, placeHold, type Hold } from "./holds.ts";
export { beat, consumedQueues, lastSeen, leave, livingWorkers, type LivingWorker, type WorkerBeat } from "./workers.ts";
export { createGrants, type Grants, type NewTokens, type OpenGrant } from "./grants.ts";
export { refreshRows, type RefreshRows } from "./refresh-rows.ts";
export { countLosses, loseAccount, type LossCause } from "./lose-account.ts";
export {
  beginDisconnecting,
  claimDisconnecting,
  countRevokeTry,
  findDisconnecting,
  finishDisconnecting,
  postponeDisconnecting,
  settleDisconnecting,
  type Disconnecting,
} from "./disconnecting.ts";
export { listRefreshOutlooks, readRefreshOutlook, type RefreshOutlookRow } from "./refresh-outlooks.ts";
export { listAccountHealth, type AccountHealth } from "./account-health.ts";
export {
  allowedReturnOrigins,
  connectAccount,
  getAccount,
  isAllowedOrigin,
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
  type MediaPictures,
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
export {
  finishImport,
  giveBackImport,
  insertImport,
  leaseImport,
  rejectImport,
  renewImport,
  takeImportRoom,
  type ImportedFile,
  type ImportLease,
} from "./media/import-lease.ts";
export { deleteExpiredUploads, findLeftUploads, knownUploads, type LeftUpload } from "./uploads/left-uploads.ts";
export { type RoomAnswer, type UploadLimits } from "./uploads/take-room.ts";
export { deleteOld, keptTables } from "./retention/delete-old.ts";
export { expireMedia, expireRenditions, findUnusedMedia } from "./retention/expire-media.ts";
export { uploadRows, type UploadRows } from "./uploads/upload-rows.ts";
export { lockUpload, renewUploadLock, unlockUpload, type UploadLock } from "./uploads/upload-lock.ts";
export {
  beginUpload,
  dropUpload,
  finishUpload,
  readUpload,
  refuseUpload,
  type NewUpload,
  type UploadRow,
} from "./uploads/uploads.ts";
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
export { appendAudit, type AuditAction, type AuditEntry } from "./audit.ts";
export { readLibraryPage, type LibraryPosition, type LibraryQuery } from "./library/read-library-page.ts";
export { readLibraryPost, readMetricHistory, type MetricSnapshot } from "./library/read-library-post.ts";
export { type Figures, type LibraryPostRow } from "./library/library-row.ts";
export { claimCovers, findWantedCovers, giveBackCovers, saveCovers, type WantedCover } from "./library/covers.ts";
export { type ListedPost } from "./library/upsert-page.ts";
export {
  findDueAccounts,
  findStandingSyncs,
  forgetOtherRules,
  planNights,
  type DueAccount,
  type PlannedNight,
} from "./sync/nightly.ts";
export { openSync, type OpenedSync } from "./sync/open-sync.ts";
export { readSync, type SyncState } from "./sync/read-sync.ts";
export {
  failSync,
  giveBackSync,
  leaseSync,
  savePage,
  saveProfile,
  type ProfileFigures,
  type SavedPage,
} from "./sync/sync-lease.ts";
export { type SyncRun } from "./sync/sync-run.ts";
export { readEvents, readWatched, type EventRow, type WatchedState } from "./events.ts";
export { readPublications, type PublicationRow } from "./publications/read.ts";
export { editPublications, type PublicationEdit } from "./publications/edit.ts";
export { cancelPublication } from "./publications/cancel.ts";
export { retryPublication, type PublicationRetry } from "./publications/retry.ts";
export { resolvePublication, type Resolution } from "./publications/resolve.ts";
export { postingRows, type PostingRows } from "./posting-rows.ts";
export { findOverdue } from "./publications/find-overdue.ts";
export {
  deleteOldWebhooks,
  receiveWebhook,
  settleWebhook,
  suspectedRemovals,
  unsettledWebhooks,
  type InboundWebhook,
  type Received,
  type SuspectedRemoval,
} from "./inbound-webhooks.ts";
export { liftHold } from "./operations/lift-hold.ts";
export {
  readOperations,
  type HoldRow,
  type LatePublication,
  type LostAccount,
  type Operations,
  type QueueWorkers,
} from "./operations/read-operations.ts";
export { setPaused } from "./operations/set-paused.ts";
export { onlyReconcile } from "./operations/only-reconcile.ts";
export { resumeInstallation, type Switches } from "./operations/resume-installation.ts";
