import type { FailureSpec } from "./failure-spec.ts";

export const ownFailures = {
  sealed_unreadable: {
    who: "operator",
    public: {
      en: "Stored secrets cannot be read with the encryption keys given; restore the right TOKEN_ENCRYPTION_KEYS.",
      fr: "Les secrets enregistrés sont illisibles avec les clés fournies ; rétablissez le bon TOKEN_ENCRYPTION_KEYS.",
    },
    hint: {
      en: "Put the missing key back behind the first one; accounts whose key is lost must be connected again.",
      fr: "Remettez la clé manquante derrière la première ; sans elle, les comptes doivent être reconnectés.",
    },
  },
  config_invalid: {
    who: "operator",
    public: {
      en: "The configuration is incomplete or malformed.",
      fr: "La configuration est incomplète ou mal formée.",
    },
    hint: {
      en: "Every variable is explained in .env.example.",
      fr: "Chaque variable est expliquée dans .env.example.",
    },
  },
  unavailable: {
    who: "nobody",
    public: {
      en: "Not available right now; try again shortly.",
      fr: "Indisponible pour le moment ; réessayez sous peu.",
    },
  },
  internal: {
    who: "maintainer",
    public: {
      en: "Something went wrong on our side; quote the request id.",
      fr: "Une erreur est survenue de notre côté ; citez l'identifiant de requête.",
    },
  },
} as const satisfies Record<string, FailureSpec>;
