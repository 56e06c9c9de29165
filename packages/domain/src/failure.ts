export const whoActs = ["nobody", "caller", "creator", "operator", "maintainer"] as const;
/** Who has to do something before it can work: the question that classifies every failure. */
export type WhoActs = (typeof whoActs)[number];

export interface FailureSpec {
  readonly who: WhoActs;
  readonly public: { readonly en: string; readonly fr: string };
}

export const failures = {
  // Requests
  malformed_request: { who: "caller", public: { en: "The request could not be read; see errors for the fields.", fr: "La requête est illisible ; voir errors pour les champs." } },
  unauthorized: { who: "caller", public: { en: "Sign in or send a valid API key.", fr: "Connectez-vous ou envoyez une clé d'API valide." } },
  forbidden: { who: "caller", public: { en: "You are not allowed to do this.", fr: "Vous n'avez pas le droit de faire cela." } },
  not_found: { who: "caller", public: { en: "This does not exist here.", fr: "Cela n'existe pas ici." } },
  // Publishing
  account_lost: { who: "creator", public: { en: "The account was not reconnected in time; reconnect it and retry.", fr: "Le compte n'a pas été reconnecté à temps ; reconnectez-le puis réessayez." } },
  conversion_failed: { who: "creator", public: { en: "The media could not be converted; upload another file.", fr: "Le média n'a pas pu être converti ; envoyez un autre fichier." } },
  no_progress: { who: "maintainer", public: { en: "We could not move this post forward; quote its id to support.", fr: "Nous n'avons pas pu faire avancer cette publication ; citez son identifiant au support." } },
  // Ourselves
  sealed_unreadable: { who: "operator", public: { en: "Stored secrets cannot be read with the encryption keys given; restore the right TOKEN_ENCRYPTION_KEYS.", fr: "Les secrets enregistrés sont illisibles avec les clés fournies ; rétablissez le bon TOKEN_ENCRYPTION_KEYS." } },
  internal: { who: "maintainer", public: { en: "Something went wrong on our side; quote the request id.", fr: "Une erreur est survenue de notre côté ; citez l'identifiant de requête." } },
} as const satisfies Record<string, FailureSpec>;

export type FailureCode = keyof typeof failures;

export interface FailureDetails {
  /** For logs and operators; never shown to creators, never holds a token. */
  readonly internal?: string;
  readonly retryAfterMs?: number;
  /** The platform's own code and log id, as answered. */
  readonly platformCode?: string;
  readonly platformLogId?: string;
  readonly httpStatus?: number;
  /** Fields of the request at fault (RFC 9457 extension `errors`). */
  readonly errors?: readonly FieldProblem[];
  readonly cause?: unknown;
}

export interface FieldProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A classified failure: its code decides who acts and which public text is shown. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: FailureDetails;

  constructor(code: FailureCode, details: FailureDetails = {}) {
    super(details.internal ?? failures[code].public.en, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "Failure";
    this.code = code;
    this.details = details;
  }

  get who(): WhoActs {
    return failures[this.code].who;
  }
}
