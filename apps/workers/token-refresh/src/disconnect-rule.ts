/** How an account's end is kept from lasting for ever. Data; `TIME_SCALE` multiplies the spans. */
export const disconnectRule = {
  /** What is still in doubt after this becomes a person's to look after. */
  settleWithinMs: 10 * 60_000,
  lookAgainMs: 5_000,
  /** Tries to revoke that were refused or never answered, before the tokens are erased all the same. */
  maxRevokeTries: 5,
} as const;
