interface ReasonText {
  readonly en: string;
  readonly fr: string;
}

/** Why media does not fit a target as it is, in words for the creator. */
export const conversionReasons = {
  image_needs_video: { en: "An image has to become a video.", fr: "Une image doit devenir une vidéo." },
  video_not_accepted: {
    en: "This target takes a photo, not a video.",
    fr: "Cette destination attend une photo, pas une vidéo.",
  },
  container_not_accepted: {
    en: "The kind of file is not accepted.",
    fr: "Ce type de fichier n'est pas accepté.",
  },
  index_last: {
    en: "The file's index stands at its end.",
    fr: "L'index du fichier se trouve à la fin.",
  },
  edit_list_present: {
    en: "The file carries an edit list.",
    fr: "Le fichier contient une liste de montage.",
  },
  edit_list_cuts: {
    en: "The file's edit list hides parts of the recording.",
    fr: "La liste de montage du fichier cache des parties de l'enregistrement.",
  },
  streams_extra: {
    en: "The file has more than one picture or sound track.",
    fr: "Le fichier contient plus d'une piste d'image ou de son.",
  },
  codec_not_accepted: { en: "The video codec is not accepted.", fr: "Le codec vidéo n'est pas accepté." },
  chroma_not_accepted: {
    en: "The colours are not sampled as 4:2:0.",
    fr: "Les couleurs ne sont pas échantillonnées en 4:2:0.",
  },
  bit_depth_not_accepted: {
    en: "The picture has more than 8 bits a colour.",
    fr: "L'image a plus de 8 bits par couleur.",
  },
  hdr_not_accepted: {
    en: "The picture is HDR and would look washed out.",
    fr: "L'image est en HDR et paraîtrait délavée.",
  },
  interlaced: { en: "The video is interlaced.", fr: "La vidéo est entrelacée." },
  group_open: {
    en: "The video's groups of pictures are not closed.",
    fr: "Les groupes d'images de la vidéo ne sont pas fermés.",
  },
  fps_variable: { en: "The frame rate varies.", fr: "La fréquence d'images varie." },
  fps_too_low: { en: "The frame rate is too low.", fr: "La fréquence d'images est trop basse." },
  fps_too_high: { en: "The frame rate is too high.", fr: "La fréquence d'images est trop élevée." },
  fps_unknown: { en: "The frame rate is unknown.", fr: "La fréquence d'images est inconnue." },
  side_too_small: { en: "A side is too small.", fr: "Un côté est trop petit." },
  side_too_large: { en: "A side is too large.", fr: "Un côté est trop grand." },
  side_odd: { en: "A side has an odd number of pixels.", fr: "Un côté a un nombre impair de pixels." },
  pixels_not_square: { en: "The pixels are not square.", fr: "Les pixels ne sont pas carrés." },
  aspect_too_tall: { en: "The picture is too tall for its width.", fr: "L'image est trop haute pour sa largeur." },
  aspect_too_wide: { en: "The picture is too wide for its height.", fr: "L'image est trop large pour sa hauteur." },
  bitrate_too_high: { en: "The bit rate is too high.", fr: "Le débit est trop élevé." },
  audio_codec_not_accepted: { en: "The audio codec is not accepted.", fr: "Le codec audio n'est pas accepté." },
  audio_rate_too_high: {
    en: "The sound has too many samples a second.",
    fr: "Le son a trop d'échantillons par seconde.",
  },
  audio_channels_too_many: { en: "The sound has too many channels.", fr: "Le son a trop de canaux." },
  metadata_present: {
    en: "The photo carries data that may tell where it was taken.",
    fr: "La photo contient des données qui peuvent révéler où elle a été prise.",
  },
  color_space_not_accepted: {
    en: "The photo's colours are not sRGB.",
    fr: "Les couleurs de la photo ne sont pas en sRGB.",
  },
  animated: { en: "The photo moves.", fr: "La photo est animée." },
  too_large: { en: "The file is too large.", fr: "Le fichier est trop volumineux." },
  too_long: { en: "The video is too long.", fr: "La vidéo est trop longue." },
  too_short: { en: "The video is too short.", fr: "La vidéo est trop courte." },
  duration_unknown: { en: "The duration is unknown.", fr: "La durée est inconnue." },
  size_unknown: { en: "The size of the picture is unknown.", fr: "La taille de l'image est inconnue." },
  no_video_stream: { en: "The file has no picture.", fr: "Le fichier ne contient pas d'image." },
} as const satisfies Record<string, ReasonText>;

export type ConversionReason = keyof typeof conversionReasons;
