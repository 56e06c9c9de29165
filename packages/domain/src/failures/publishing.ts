import type { FailureSpec } from "./failure-spec.ts";

export const publishingFailures = {
  account_lost: {
    who: "creator",
    public: {
      en: "The account was not reconnected in time; reconnect it and retry.",
      fr: "Le compte n'a pas été reconnecté à temps ; reconnectez-le puis réessayez.",
    },
  },
  account_disconnected: {
    who: "creator",
    public: {
      en: "The account was disconnected before the platform had answered; look at the profile, then say what became of it.",
      fr: "Le compte a été déconnecté avant la réponse de la plateforme ; regardez le profil, puis dites ce qu'il en est.",
    },
  },
  too_late: {
    who: "caller",
    public: {
      en: "The time allowed by the late policy has passed.",
      fr: "Le délai accepté pour un retard est dépassé.",
    },
  },
  late_decision_needed: {
    who: "creator",
    public: {
      en: "It is late; decide whether it should still be posted.",
      fr: "La publication est en retard ; décidez si elle doit encore paraître.",
    },
  },
  upload_too_slow: {
    who: "operator",
    public: {
      en: "The connection is too slow to finish this upload in time.",
      fr: "La connexion est trop lente pour finir cet envoi à temps.",
    },
  },
  upload_expired: {
    who: "nobody",
    public: {
      en: "The upload took too long and starts again.",
      fr: "L'envoi a duré trop longtemps et recommence.",
    },
  },
  too_many_inits: {
    who: "maintainer",
    public: {
      en: "The upload was begun too often without success.",
      fr: "L'envoi a été recommencé trop souvent sans succès.",
    },
  },
  no_progress: {
    who: "maintainer",
    public: {
      en: "We could not move this post forward; quote its id to support.",
      fr: "Nous n'avons pas pu faire avancer cette publication ; citez son identifiant au support.",
    },
  },
  outcome_unknown: {
    who: "creator",
    public: {
      en: "We sent it but no answer came; look on the platform and tell us whether it is there.",
      fr: "L'envoi est parti mais aucune réponse n'est venue ; regardez sur la plateforme et dites-nous si elle y est.",
    },
  },
  resolved_not_published: {
    who: "creator",
    public: {
      en: "A person said that it was not published; retry when you want.",
      fr: "Une personne a indiqué que la publication n'a pas paru ; relancez-la si vous voulez.",
    },
  },
  platform_patience_exhausted: {
    who: "operator",
    public: {
      en: "The platform kept failing; retry later.",
      fr: "La plateforme est restée en erreur ; relancez plus tard.",
    },
    hint: {
      en: "When the platform is well again: POST /api/publications/:id/retry.",
      fr: "Quand la plateforme va mieux : POST /api/publications/:id/retry.",
    },
  },
} as const satisfies Record<string, FailureSpec>;
