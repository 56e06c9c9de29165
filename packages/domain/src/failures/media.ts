import type { FailureSpec } from "./failure-spec.ts";

export const mediaFailures = {
  media_empty: {
    who: "caller",
    public: {
      en: "The file is empty.",
      fr: "Le fichier est vide.",
    },
  },
  media_type_unsupported: {
    who: "caller",
    public: {
      en: "This type of file is not accepted.",
      fr: "Ce type de fichier n'est pas accepté.",
    },
    hint: {
      en: "The operator sets the accepted types in MEDIA_TYPES: by default MP4, QuickTime, JPEG and PNG.",
      fr: "L'exploitant fixe les types acceptés dans MEDIA_TYPES : par défaut MP4, QuickTime, JPEG et PNG.",
    },
  },
  media_unreadable: {
    who: "caller",
    public: {
      en: "The file is damaged or cut off; upload it again.",
      fr: "Le fichier est abîmé ou incomplet ; envoyez-le à nouveau.",
    },
  },
  media_too_large: {
    who: "caller",
    public: {
      en: "The file is larger than allowed.",
      fr: "Le fichier dépasse la taille permise.",
    },
    hint: {
      en: "Export it smaller, or ask the operator to raise MEDIA_MAX_BYTES.",
      fr: "Exportez-le plus petit, ou demandez à l'exploitant d'augmenter MEDIA_MAX_BYTES.",
    },
  },
  media_too_many_pixels: {
    who: "caller",
    public: {
      en: "The image has more than 50 megapixels.",
      fr: "L'image dépasse 50 mégapixels.",
    },
    hint: {
      en: "Scale the image down; it is converted to 1080 × 1920 in any case.",
      fr: "Réduisez l'image ; elle sera de toute façon convertie en 1080 × 1920.",
    },
  },
  media_too_complex: {
    who: "caller",
    public: {
      en: "The file would take too much work to process; export it again in a simpler form.",
      fr: "Le fichier serait trop long à traiter ; exportez-le sous une forme plus simple.",
    },
  },
  media_rejected: {
    who: "caller",
    public: {
      en: "This media was rejected and cannot be posted.",
      fr: "Ce média a été refusé et ne peut pas être publié.",
    },
  },
  media_importing: {
    who: "caller",
    public: {
      en: "This media is still being fetched; use it once its state is probing or ready.",
      fr: "Ce média est encore en cours de récupération ; utilisez-le quand son état est probing ou ready.",
    },
  },
  media_expired: {
    who: "caller",
    public: {
      en: "The file of this media was removed because nobody used it any more; upload it again.",
      fr: "Le fichier de ce média a été supprimé faute d'usage ; envoyez-le à nouveau.",
    },
  },
  media_url_blocked: {
    who: "caller",
    public: {
      en: "Media cannot be fetched from this address.",
      fr: "Les médias ne peuvent pas être récupérés à cette adresse.",
    },
    hint: {
      en: "Give an https address on a public host, on the usual port, without name or password.",
      fr: "Donnez une adresse https d'un hôte public, sur le port habituel, sans nom ni mot de passe.",
    },
  },
  redirect_blocked: {
    who: "caller",
    public: {
      en: "The address leads on to one that media cannot be fetched from.",
      fr: "L'adresse redirige vers une autre où les médias ne peuvent pas être récupérés.",
    },
  },
  media_url_refused: {
    who: "caller",
    public: {
      en: "The address does not give a file.",
      fr: "L'adresse ne donne pas de fichier.",
    },
  },
  media_url_unreachable: {
    who: "nobody",
    public: {
      en: "The address could not be reached.",
      fr: "L'adresse est injoignable.",
    },
  },
  quota_exceeded: {
    who: "caller",
    public: {
      en: "The workspace's storage quota does not leave room for this file.",
      fr: "Le quota de stockage de l'espace ne laisse pas de place pour ce fichier.",
    },
    hint: {
      en: "Delete media that are no longer needed, or ask the operator for a larger quota.",
      fr: "Supprimez les médias devenus inutiles, ou demandez un quota plus grand à l'exploitant.",
    },
  },
  upload_finished: {
    who: "caller",
    public: {
      en: "This upload is finished and can no longer be changed.",
      fr: "Cet envoi est terminé et ne peut plus être modifié.",
    },
  },
  upload_offset_conflict: {
    who: "caller",
    public: {
      en: "The upload is not at this offset; ask for it with HEAD and go on from there.",
      fr: "L'envoi n'en est pas à cette position ; demandez-la par HEAD et reprenez de là.",
    },
  },
  upload_locked: {
    who: "caller",
    public: {
      en: "Another request is writing to this upload; try again shortly.",
      fr: "Une autre requête écrit dans cet envoi ; réessayez sous peu.",
    },
  },
  upload_gone: {
    who: "caller",
    public: {
      en: "This upload has run out; begin a new one.",
      fr: "Cet envoi a expiré ; recommencez-en un autre.",
    },
  },
  media_in_use: {
    who: "caller",
    public: {
      en: "A post needs this media, so it cannot be deleted.",
      fr: "Une publication a besoin de ce média : il ne peut pas être supprimé.",
    },
  },
  rendition_in_use: {
    who: "caller",
    public: {
      en: "A post needs this conversion; cancel the post instead.",
      fr: "Une publication a besoin de cette conversion ; annulez plutôt la publication.",
    },
  },
  media_bytes_missing: {
    who: "maintainer",
    public: {
      en: "The stored file is missing; quote the request id.",
      fr: "Le fichier enregistré est introuvable ; citez l'identifiant de requête.",
    },
  },
  conversion_failed: {
    who: "creator",
    public: {
      en: "The media could not be converted; upload another file.",
      fr: "Le média n'a pas pu être converti ; envoyez un autre fichier.",
    },
  },
  conversion_impossible: {
    who: "creator",
    public: {
      en: "This media cannot be turned into what the platform accepts.",
      fr: "Ce média ne peut pas être adapté à ce que la plateforme accepte.",
    },
  },
  conversion_canceled: {
    who: "caller",
    public: {
      en: "The conversion was canceled.",
      fr: "La conversion a été annulée.",
    },
  },
  conversion_interrupted: {
    who: "nobody",
    public: {
      en: "The conversion was interrupted and will start again.",
      fr: "La conversion a été interrompue et va reprendre.",
    },
  },
  ffmpeg_missing: {
    who: "operator",
    public: {
      en: "ffmpeg or ffprobe is missing on the server.",
      fr: "ffmpeg ou ffprobe manque sur le serveur.",
    },
    hint: {
      en: "Install ffmpeg with the system's packages, or set FFMPEG_PATH and FFPROBE_PATH.",
      fr: "Installez ffmpeg avec les paquets du système, ou réglez FFMPEG_PATH et FFPROBE_PATH.",
    },
  },
  storage_full: {
    who: "operator",
    public: {
      en: "The server's storage is full.",
      fr: "L'espace de stockage du serveur est plein.",
    },
    hint: {
      en: "Free space on the disk of STORAGE_DIRECTORY, or raise the limit of the bucket.",
      fr: "Libérez de la place sur le disque de STORAGE_DIRECTORY, ou relevez la limite du bucket.",
    },
  },
  storage_unavailable: {
    who: "operator",
    public: {
      en: "The server's storage does not answer.",
      fr: "Le stockage du serveur ne répond pas.",
    },
    hint: {
      en: "Run `npm run reelay -- storage setup`: it says what keeps the directory or the bucket from being used.",
      fr: "Lancez `npm run reelay -- storage setup` : il dit ce qui empêche d'utiliser le dossier ou le bucket.",
    },
  },
} as const satisfies Record<string, FailureSpec>;
