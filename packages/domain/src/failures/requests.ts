import type { FailureSpec } from "./failure-spec.ts";

export const requestFailures = {
  malformed_request: {
    who: "caller",
    public: {
      en: "The request could not be read; see errors for the fields.",
      fr: "La requête est illisible ; voir errors pour les champs.",
    },
  },
  unauthorized: {
    who: "caller",
    public: {
      en: "Sign in or send a valid API key.",
      fr: "Connectez-vous ou envoyez une clé d'API valide.",
    },
    hint: {
      en: "Send the header Authorization: Bearer with the workspace's key, or sign in at /.",
      fr: "Envoyez l'en-tête Authorization: Bearer avec la clé de l'espace, ou connectez-vous à l'adresse /.",
    },
  },
  webhook_refused: {
    who: "caller",
    public: {
      en: "The webhook is not signed as the platform signs it.",
      fr: "Le webhook n'est pas signé comme la plateforme le signe.",
    },
  },
  forbidden: {
    who: "caller",
    public: {
      en: "You are not allowed to do this.",
      fr: "Vous n'avez pas le droit de faire cela.",
    },
  },
  not_found: {
    who: "caller",
    public: {
      en: "This does not exist here.",
      fr: "Cela n'existe pas ici.",
    },
  },
  method_not_allowed: {
    who: "caller",
    public: {
      en: "This address does not take this method.",
      fr: "Cette adresse n'accepte pas cette méthode.",
    },
  },
  unsupported_content_type: {
    who: "caller",
    public: {
      en: "Send the content type that this address takes.",
      fr: "Envoyez le type de contenu que cette adresse accepte.",
    },
    hint: {
      en: "JSON routes take application/json, POST /api/media takes multipart/form-data.",
      fr: "Les routes JSON prennent application/json, POST /api/media prend multipart/form-data.",
    },
  },
  body_too_large: {
    who: "caller",
    public: {
      en: "The request is larger than allowed.",
      fr: "La requête dépasse la taille permise.",
    },
  },
  too_many_requests: {
    who: "caller",
    public: {
      en: "Too many requests; wait as long as Retry-After says.",
      fr: "Trop de requêtes ; attendez le délai indiqué par Retry-After.",
    },
  },
  unprocessable: {
    who: "caller",
    public: {
      en: "The request is well formed but cannot be done; see errors.",
      fr: "La requête est bien formée mais impossible ; voir errors.",
    },
  },
  idempotency_key_reused: {
    who: "caller",
    public: {
      en: "This Idempotency-Key was used with another request; use a new key.",
      fr: "Cette clé d'idempotence a servi à une autre requête ; utilisez-en une nouvelle.",
    },
  },
  idempotency_in_progress: {
    who: "caller",
    public: {
      en: "The first request with this Idempotency-Key is still running; try again shortly.",
      fr: "La première requête avec cette clé d'idempotence est en cours ; réessayez sous peu.",
    },
  },
  already_started: {
    who: "caller",
    public: {
      en: "The upload has begun, so it can no longer be edited.",
      fr: "L'envoi a commencé : la modification n'est plus possible.",
    },
    hint: {
      en: "Cancel it while cancelable is true, then create a new post.",
      fr: "Annulez-la tant que cancelable est vrai, puis créez une nouvelle publication.",
    },
  },
  already_being_published: {
    who: "caller",
    public: {
      en: "It is already being published and can no longer be canceled.",
      fr: "La publication est déjà en cours : l'annulation n'est plus possible.",
    },
  },
  not_retryable: {
    who: "caller",
    public: {
      en: "Only a failed publication can be retried.",
      fr: "Seule une publication en échec peut être relancée.",
    },
    hint: {
      en: "GET /api/publications/:id says its status.",
      fr: "GET /api/publications/:id donne son statut.",
    },
  },
  not_in_review: {
    who: "caller",
    public: {
      en: "Only a publication that needs review can be resolved.",
      fr: "Seule une publication à vérifier peut être tranchée.",
    },
    hint: {
      en: "GET /api/publications/:id says its status.",
      fr: "GET /api/publications/:id donne son statut.",
    },
  },
  account_not_connected: {
    who: "creator",
    public: {
      en: "This account is not connected; reconnect it first.",
      fr: "Ce compte n'est pas connecté ; reconnectez-le d'abord.",
    },
  },
  refreshed_recently: {
    who: "caller",
    public: {
      en: "This account was refreshed within the last minute.",
      fr: "Ce compte a été actualisé il y a moins d'une minute.",
    },
  },
} as const satisfies Record<string, FailureSpec>;
