export const whoActs = ["nobody", "caller", "creator", "operator", "maintainer"] as const;
/** Who has to do something before it can work: the question that classifies every failure. */
export type WhoActs = (typeof whoActs)[number];

export interface FailureSpec {
  readonly who: WhoActs;
  readonly public: { readonly en: string; readonly fr: string };
  /** The next step, where there is one that can be named: for the caller, or the operator. */
  readonly hint?: { readonly en: string; readonly fr: string };
}
