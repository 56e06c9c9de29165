export const whoActs = ["nobody", "caller", "creator", "operator", "maintainer"] as const;
/** Who has to do something before it can work: the question that classifies every failure. */
export type WhoActs = (typeof whoActs)[number];

export interface FailureSpec {
  readonly who: WhoActs;
  readonly public: { readonly en: string; readonly fr: string };
  /** The next step, where there is one that can be named: for the caller, or the operator. */
  readonly hint?: { readonly en: string; readonly fr: string };
}

export const failures = {
  // Requests
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
  // Connecting
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
  // Media
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
  // Post rules
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
  // Publishing
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
  // Platform
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
  // Ourselves
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

export type FailureCode = keyof typeof failures;

/** The next step for whoever has to act; null where the sentence itself says it. */
export function hintOf(code: FailureCode, language: "en" | "fr"): string | null {
  const spec: FailureSpec = failures[code];
  return spec.hint?.[language] ?? null;
}

export interface FailureDetails {
  /** For logs and operators; never shown to creators, never holds a token. */
  readonly internal?: string;
  readonly retryAfterMs?: number;
  /** The platform's own code and log id, as answered. */
  readonly platformCode?: string;
  readonly platformLogId?: string;
  readonly httpStatus?: number;
  /** What a refusal of this kind says about others: hold them too, for as long. */
  readonly holdFor?: { readonly scope: "app" | "feature" | "account"; readonly forMs: number };
  /** The request certainly never reached the other side. */
  readonly neverSent?: boolean;
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
    super(
      details.internal ?? failures[code].public.en,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = "Failure";
    this.code = code;
    this.details = details;
  }

  get who(): WhoActs {
    return failures[this.code].who;
  }
}
