export { checkOurPhoto, checkPhoto } from "./matrix/check-photo.ts";
export { checkArrangement, checkOurs, checkVideo } from "./matrix/check-video.ts";
export { lookAtVideo } from "./matrix/look-at-video.ts";
export { sources } from "./matrix/sources.ts";
