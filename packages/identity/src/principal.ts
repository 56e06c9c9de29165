/** Who asks, and in which workspace. */
export type Principal = UserPrincipal | KeyPrincipal;

export interface UserPrincipal {
  readonly kind: "user";
  readonly userId: string;
  readonly sessionId: string;
  /** The session's active workspace, of which the person is a member. */
  readonly workspaceId: string;
  /** The person's role in the workspace: `owner`, `admin` or `member`. */
  readonly role: string;
  /** May operate the installation. */
  readonly isOperator: boolean;
}

export interface KeyPrincipal {
  readonly kind: "api_key";
  readonly keyId: string;
  readonly workspaceId: string;
}
