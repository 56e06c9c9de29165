import type { FailureSpec } from "./failure-spec.ts";

export const platformFailures = {
  platform_unreachable: {
    who: "nobody",
    public: {
      en: "The platform does not answer; we keep trying.",
      fr: "La plateforme ne répond pas ; nous réessayons.",
    },
  },
  platform_error: {
    who: "nobody",
    public: {
      en: "The platform has a problem; we keep trying.",
      fr: "La plateforme a un problème ; nous réessayons.",
    },
  },
  platform_rate_limited: {
    who: "nobody",
    public: {
      en: "The platform asks us to slow down; we continue later.",
      fr: "La plateforme demande de ralentir ; nous continuons plus tard.",
    },
  },
  platform_contract_broken: {
    who: "maintainer",
    public: {
      en: "The platform answered in a way we do not understand; quote the id to support.",
      fr: "La plateforme a répondu d'une façon inattendue ; citez l'identifiant au support.",
    },
  },
  platform_refused_request: {
    who: "maintainer",
    public: {
      en: "The platform refused our request; quote the id to support.",
      fr: "La plateforme a refusé notre requête ; citez l'identifiant au support.",
    },
  },
  token_refused: {
    who: "creator",
    public: {
      en: "The platform no longer accepts this connection; reconnect the account.",
      fr: "La plateforme n'accepte plus cette connexion ; reconnectez le compte.",
    },
  },
  token_revoked: {
    who: "creator",
    public: {
      en: "The permission was withdrawn; reconnect the account.",
      fr: "L'autorisation a été retirée ; reconnectez le compte.",
    },
  },
  lost_rotation: {
    who: "creator",
    public: {
      en: "The connection was lost during renewal; reconnect the account.",
      fr: "La connexion s'est perdue lors du renouvellement ; reconnectez le compte.",
    },
  },
  scope_missing: {
    who: "creator",
    public: {
      en: "A permission is missing; reconnect the account and allow everything.",
      fr: "Une autorisation manque ; reconnectez le compte en autorisant tout.",
    },
  },
  creator_cap_reached: {
    who: "creator",
    public: {
      en: "This account has reached the platform's daily limit of posts; it goes on tomorrow.",
      fr: "Ce compte a atteint la limite quotidienne de la plateforme ; reprise demain.",
    },
  },
  creator_banned: {
    who: "creator",
    public: {
      en: "The platform does not let this account post; ask the platform.",
      fr: "La plateforme ne laisse pas ce compte publier ; contactez-la.",
    },
  },
  app_user_cap_reached: {
    who: "operator",
    public: {
      en: "Our app has reached the platform's daily limit of users.",
      fr: "Notre application a atteint la limite quotidienne d'utilisateurs de la plateforme.",
    },
  },
  app_unaudited: {
    who: "operator",
    public: {
      en: "Until the platform has audited our app, only private accounts can be posted to.",
      fr: "Tant que la plateforme n'a pas audité l'application, seuls les comptes privés sont possibles.",
    },
    hint: {
      en: "Have the app audited at developers.tiktok.com; until then post with SELF_ONLY from private accounts.",
      fr: "Faites auditer l'application sur developers.tiktok.com ; d'ici là, publiez en SELF_ONLY depuis des comptes privés.",
    },
  },
  content_refused: {
    who: "creator",
    public: {
      en: "The platform refused this content; change it and retry.",
      fr: "La plateforme a refusé ce contenu ; modifiez-le puis réessayez.",
    },
  },
  media_refused_by_platform: {
    who: "creator",
    public: {
      en: "The platform could not use this file; upload another one.",
      fr: "La plateforme n'a pas pu utiliser ce fichier ; envoyez-en un autre.",
    },
  },
  platform_app_outdated: {
    who: "creator",
    public: {
      en: "The platform's app on the creator's phone is too old; update it and retry.",
      fr: "L'application de la plateforme sur le téléphone du créateur est trop ancienne ; mettez-la à jour puis réessayez.",
    },
  },
  media_host_unverified: {
    who: "operator",
    public: {
      en: "The platform has not verified the address of our media.",
      fr: "La plateforme n'a pas vérifié l'adresse de nos médias.",
    },
    hint: {
      en: "Verify the address under URL properties of the app at developers.tiktok.com.",
      fr: "Vérifiez l'adresse sous URL properties de l'application sur developers.tiktok.com.",
    },
  },
  upload_url_blocked: {
    who: "maintainer",
    public: {
      en: "The platform gave an upload address that we do not trust.",
      fr: "La plateforme a donné une adresse d'envoi à laquelle nous ne faisons pas confiance.",
    },
  },
} as const satisfies Record<string, FailureSpec>;
