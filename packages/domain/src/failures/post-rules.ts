import type { FailureSpec } from "./failure-spec.ts";

export const postRuleFailures = {
  caption_too_long: {
    who: "caller",
    public: {
      en: "The caption is longer than the platform allows.",
      fr: "La légende dépasse la longueur permise par la plateforme.",
    },
  },
  caption_unpostable: {
    who: "caller",
    public: {
      en: "The caption holds characters that cannot be posted.",
      fr: "La légende contient des caractères impossibles à publier.",
    },
  },
  privacy_level_required: {
    who: "caller",
    public: {
      en: "Choose who may see the post.",
      fr: "Choisissez qui peut voir la publication.",
    },
    hint: {
      en: "GET /api/accounts/:id/creator-info lists what the account offers.",
      fr: "GET /api/accounts/:id/creator-info liste ce que le compte propose.",
    },
  },
  privacy_level_not_offered: {
    who: "creator",
    public: {
      en: "This account does not offer that visibility; choose one of the offered ones.",
      fr: "Ce compte ne propose pas cette visibilité ; choisissez-en une proposée.",
    },
  },
  consent_required: {
    who: "caller",
    public: {
      en: "The creator's consent is missing for this content.",
      fr: "Le consentement du créateur manque pour ce contenu.",
    },
    hint: {
      en: "Send consent in the target again whenever caption, media or options change.",
      fr: "Renvoyez consent dans la cible à chaque changement de légende, de média ou d'options.",
    },
  },
  branded_content_private: {
    who: "caller",
    public: {
      en: "Branded content cannot be visible only to oneself.",
      fr: "Un contenu de marque ne peut pas être visible de soi seul.",
    },
  },
  scheduled_in_past: {
    who: "caller",
    public: {
      en: "The scheduled time is in the past.",
      fr: "L'heure programmée est passée.",
    },
    hint: {
      en: "Leave scheduledAt out to post now.",
      fr: "Omettez scheduledAt pour publier maintenant.",
    },
  },
  scheduled_too_far: {
    who: "caller",
    public: {
      en: "The scheduled time is too far ahead.",
      fr: "L'heure programmée est trop lointaine.",
    },
  },
  media_count: {
    who: "caller",
    public: {
      en: "This kind of post takes exactly one media.",
      fr: "Ce type de publication prend exactement un média.",
    },
  },
  video_too_long: {
    who: "creator",
    public: {
      en: "The video is longer than this account may post.",
      fr: "La vidéo dépasse la durée permise à ce compte.",
    },
  },
  target_duplicated: {
    who: "caller",
    public: {
      en: "The same account appears twice among the targets.",
      fr: "Le même compte apparaît deux fois parmi les cibles.",
    },
    hint: {
      en: "Send one post for each caption that the account is to show.",
      fr: "Envoyez une publication distincte pour chaque légende du même compte.",
    },
  },
} as const satisfies Record<string, FailureSpec>;
