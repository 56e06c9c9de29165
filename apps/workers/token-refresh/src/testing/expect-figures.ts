import { expect } from "@jest/globals";
import type { Figures, RotationsWish } from "./rotate.ts";

/** What must be true of the figures, whatever the machine; prints them. */
export function expectFigures(figures: Figures, { profile, rotations }: RotationsWish): void {
  process.stdout.write(`rotations (${profile}): ${JSON.stringify(figures)}\n`);
  const { lost, lostAnswers, refusals } = figures;
  const losses = Object.values(lost).reduce((sum, count) => sum + count, 0);
  expect(figures.fewestRotations).toBeGreaterThanOrEqual(rotations);
  expect(lostAnswers).toBeGreaterThan(0);
  // Legacy keeps the refresh token, so that no answer takes it away. Every lost answer's token was needed again: work was due.
  expect(lost["lost_rotation"] ?? 0).toBe(profile === "nov2026" ? lostAnswers : 0);
  expect(figures.oldTokenUsesAfterAnswer).toBe(0);
  expect(losses).toBe(lost["lost_rotation"] ?? 0);
  expect(losses).toBe(refusals);
}
