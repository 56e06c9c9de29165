import type { FailureSpec } from "./failure-spec.ts";

export const connectingFailures = {
  oauth_state_invalid: {
    who: "caller",
    public: {
      en: "This connection attempt is unknown, used or too old; start again.",
      fr: "Cette tentative de connexion est inconnue, déjà utilisée ou trop ancienne ; recommencez.",
    },
    hint: {
      en: "Begin again at GET /api/auth/tiktok-oauth; an attempt lives for 10 minutes and is used once.",
      fr: "Recommencez par GET /api/auth/tiktok-oauth ; une tentative dure 10 minutes et ne sert qu'une fois.",
    },
  },
  oauth_denied: {
    who: "creator",
    public: {
      en: "The connection was refused on the platform; start again and allow it.",
      fr: "La connexion a été refusée sur la plateforme ; recommencez et autorisez-la.",
    },
  },
  oauth_code_refused: {
    who: "creator",
    public: {
      en: "The platform did not accept this connection attempt; start again.",
      fr: "La plateforme n'a pas accepté cette tentative ; recommencez.",
    },
  },
  oauth_client_refused: {
    who: "operator",
    public: {
      en: "The platform refuses our app's credentials; check client key, secret and redirect URI.",
      fr: "La plateforme refuse les identifiants de l'application ; vérifiez clé, secret et adresse de retour.",
    },
    hint: {
      en: "Compare TIKTOK_CLIENT_KEY, TIKTOK_CLIENT_SECRET and TIKTOK_REDIRECT_URI with the app at developers.tiktok.com.",
      fr: "Comparez TIKTOK_CLIENT_KEY, TIKTOK_CLIENT_SECRET et TIKTOK_REDIRECT_URI avec l'application sur developers.tiktok.com.",
    },
  },
  oauth_scope_refused: {
    who: "operator",
    public: {
      en: "The platform has not approved a permission we ask for.",
      fr: "La plateforme n'a pas approuvé une autorisation demandée.",
    },
    hint: {
      en: "Add the permission to the app at developers.tiktok.com and have it approved.",
      fr: "Ajoutez l'autorisation à l'application sur developers.tiktok.com et faites-la approuver.",
    },
  },
  return_to_not_allowed: {
    who: "caller",
    public: {
      en: "returnTo must be our own address or one that the workspace allows.",
      fr: "returnTo doit être notre adresse ou une adresse autorisée de l'espace.",
    },
    hint: {
      en: "Add its origin to the allowed return origins of the workspace.",
      fr: "Ajoutez son origine aux adresses de retour autorisées de l'espace.",
    },
  },
} as const satisfies Record<string, FailureSpec>;
