import { join } from "node:path";
import { runTool } from "./run-tool.ts";
import { picture, sound, type Scene, type Sound } from "./scene.ts";

/** What makes a source worth having; each stands in at least two of them. */
export const traits = [
  "fits",
  "variable frame rate",
  "rotated",
  "hdr",
  "odd size",
  "interlaced",
  "no audio",
  "4:2:2 or 4:4:4",
  "10 bit",
  "edit list",
  "index last",
  "too long",
  "too short",
  "too small",
  "too large in pixels",
  "too large in bytes",
  "extreme aspect",
  "foreign audio codec",
  "foreign audio format",
  "foreign container",
  "foreign video codec",
  "several streams",
  "frame rate",
  "open group",
  "high bit rate",
  "orientation tag",
  "colour profile",
  "deep or translucent",
  "foreign image format",
  "damaged",
] as const;
export type Trait = (typeof traits)[number];

export interface Source {
  /** Of the file, with its ending. */
  readonly name: string;
  readonly kind: "image" | "video";
  readonly traits: readonly Trait[];
  /** Writes the file; `directory` is private and may hold what it is made from. */
  readonly make: (path: string, directory: string) => Promise<void>;
}

export interface Film {
  readonly scene?: Scene;
  /** The file does not say its colours. */
  readonly untagged?: boolean;
  /** `null`: no sound. */
  readonly sound?: Sound | null;
  readonly video?: readonly string[];
  readonly audio?: readonly string[];
  /** Options of the file itself. */
  readonly file?: readonly string[];
  /** Before the picture's and before the sound's input. */
  readonly before?: { readonly picture?: readonly string[]; readonly sound?: readonly string[] };
}

const hdColours = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"];
export const h264 = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "0", "-pix_fmt", "yuv420p"];
export const aac = ["-c:a", "aac", "-b:a", "128k"];
/** Index first and no edit list: what Instagram asks of the file. */
export const tidy = ["-movflags", "+faststart", "-use_editlist", "0"];

/** A source by one ffmpeg command; what is not said is H.264 with AAC in an MP4 that every platform takes. */
export function film(name: string, traits: readonly Trait[], given: Film = {}): Source {
  return { name, kind: "video", traits, make: (path) => shoot(path, given) };
}

/**
 * Films it. An AAC encoder starts one frame early, and without an edit list ffmpeg lengthens the first picture by that: so the sound
 * starts one frame late.
 */
export async function shoot(path: string, { scene, sound: heard = {}, ...given }: Film): Promise<void> {
  const seconds = scene?.seconds ?? 3;
  const { video = h264, audio = aac, file = tidy, before = {} } = given;
  const inputs = [...(before.picture ?? []), ...picture(scene)];
  const late = file.includes("-use_editlist") ? ["-itsoffset", `${1_024 / (heard?.rate ?? 48_000)}`] : [];
  if (heard !== null) inputs.push(...(before.sound ?? late), ...sound({ seconds, ...heard }));
  const colours = video.includes("-colorspace") || given.untagged ? [] : hdColours;
  await runTool("ffmpeg", [
    "-v",
    "error",
    ...inputs,
    ...video,
    ...colours,
    ...(heard === null ? [] : audio),
    ...file,
    path,
  ]);
}

/** The packets of a film in another file. */
export function recut(
  name: string,
  traits: readonly Trait[],
  given: { film: Film; before?: readonly string[]; file: readonly string[]; ending?: string },
): Source {
  return {
    name,
    kind: "video",
    traits,
    async make(path, directory) {
      const whole = join(directory, `whole-${name}`.replace(/\.\w+$/, given.ending ?? ".mp4"));
      await shoot(whole, given.film);
      await runTool("ffmpeg", [
        ...["-v", "error", ...(given.before ?? []), "-i", whole, "-map", "0", "-c", "copy"],
        ...[...given.file, path],
      ]);
    },
  };
}
