export { checkFfmpegInstalled } from "./check-ffmpeg-installed.ts";
export { convertImageToVideo, type StillConversion, type StillVideo } from "./convert-image-to-video.ts";
export { findFfmpeg, type Ffmpeg } from "./find-ffmpeg.ts";
export { getVideoMetadata } from "./get-video-metadata.ts";
export { inspectUpload, type InspectedUpload, type MediaContentType } from "./inspect-upload.ts";
export { probeMedia } from "./probe-media.ts";
export { sniffBytes, sniffMedia } from "./sniff-media.ts";
export { groupsOf, stillRecipe, type StillRecipe } from "./still-recipe.ts";
