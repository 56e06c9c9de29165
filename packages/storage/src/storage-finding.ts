export interface StorageFinding {
  readonly state: "good" | "bad" | "open";
  readonly says: string;
  /** What the operator can do; of a bad one. */
  readonly fix: string | null;
}
