import type { MediaProbe } from "@reelay/domain";
import { readAudioEntry } from "./mp4/audio-entry.ts";
import { BoundedFile } from "./mp4/bounded-file.ts";
import { certain, Doubt } from "./mp4/doubt.ts";
import { delaySeconds, judgeEdits, type EditedTrack } from "./mp4/edit-list.ts";
import { framePace, rateTraits } from "./mp4/frame-pace.ts";
import { beginsWhole, findOpenGroups } from "./mp4/group-shape.ts";
import { pictureTraits } from "./mp4/picture-probe.ts";
import { maxIndexBytes, readHeader, type Mp4Header } from "./mp4/read-header.ts";
import type { Mp4Track } from "./mp4/read-track.ts";
import { readVideoEntry } from "./mp4/video-entry.ts";

/** What the index tells and ffprobe does not, or not as exactly. */
export type Mp4Traits = Partial<
  Pick<MediaProbe, "editList" | "isIndexFirst" | "fps" | "frameRate" | "hasVariableFrameRate" | "hasOpenGroups">
>;

export interface Mp4Reading {
  /** Null where something is not known for certain. */
  readonly probe: MediaProbe | null;
  readonly traits: Mp4Traits;
}

const budgetBytes = maxIndexBytes + 1024 * 1024;

/**
 * Reads the header of an MP4 or MOV itself, which takes a few milliseconds where starting ffprobe takes a hundred. Reads at most
 * `budgetBytes` of it, whatever it says about itself. Never throws for what is in the file: what it is not sure of is left out.
 */
export async function probeMp4(path: string): Promise<Mp4Reading> {
  const file = await BoundedFile.open(path, budgetBytes);
  try {
    const header = await unlessDoubtful(readHeader(file));
    if (header === null) return { probe: null, traits: {} };
    const traits = await readTraits(file, header);
    return { probe: await unlessDoubtful(readProbe(file, header, traits)), traits };
  } finally {
    await file.close();
  }
}

async function unlessDoubtful<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Doubt) return null;
    throw error;
  }
}

async function readTraits(file: BoundedFile, header: Mp4Header): Promise<Mp4Traits> {
  const video = header.tracks.find(({ handler }) => handler === "vide");
  const pace = video === undefined ? null : framePace(video.samples.paces, video.timescale);
  const open = video === undefined ? null : await unlessDoubtful(findGroups(file, video));
  return {
    editList: judgeAllEdits(header),
    isIndexFirst: header.isIndexFirst,
    ...(pace === null ? {} : rateTraits(pace)),
    ...(open === null ? {} : { hasOpenGroups: open }),
  };
}

async function findGroups(file: BoundedFile, { samples }: Mp4Track): Promise<boolean | null> {
  return findOpenGroups(file, samples, readVideoEntry(samples.entry));
}

function judgeAllEdits(header: Mp4Header): NonNullable<MediaProbe["editList"]> {
  const verdicts = header.tracks.flatMap((track) => {
    const edited = editedTrack(header, track);
    return edited === null ? [] : [judgeEdits(edited)];
  });
  return verdicts.includes("cuts") ? "cuts" : verdicts.length > 0 ? "simple" : "none";
}

/**
 * A picture more may be hidden by reordering; AAC is primed by up to 2,112 samples and a frame. Sound may begin late: silence can stand
 * before it, while the picture would have to be made anew.
 */
const allowed = {
  picture: { allowedHeadSeconds: 0.05, allowedDelaySeconds: 0.04 },
  sound: { allowedHeadSeconds: 0.1, allowedDelaySeconds: Infinity },
};

function editedTrack(header: Mp4Header, track: Mp4Track): EditedTrack | null {
  if (track.edits === null) return null;
  const { samples, timescale, edits } = track;
  return {
    ...{ edits, timescale },
    movieTimescale: header.timescale,
    firstTicks: samples.firstOffset ?? 0,
    mediaTicks: samples.ticks,
    ...(track.handler === "vide" ? allowed.picture : allowed.sound),
  };
}

async function readProbe(file: BoundedFile, header: Mp4Header, traits: Mp4Traits): Promise<MediaProbe> {
  const videos = header.tracks.filter(({ handler }) => handler === "vide");
  const sounds = header.tracks.filter(({ handler }) => handler === "soun");
  const [video, ...others] = videos;
  certain(video !== undefined && others.length === 0, `${videos.length} pictures`);
  certain(video.isEnabled && sounds[0]?.isEnabled !== false, "a track that is switched off");
  const entry = readVideoEntry(video.samples.entry);
  certain(await beginsWhole(file, video.samples, entry), "no key picture where the index says");
  const seconds = Math.max(...[video, ...sounds].map((track) => shownSeconds(header, track)));
  return {
    kind: "video",
    container: header.majorBrand === null || header.majorBrand === "qt  " ? "mov" : "mp4",
    ...pictureTraits(video, entry),
    videoStartMs: startMs(header, video),
    ...soundTraits(header, sounds),
    durationMs: Math.round(seconds * 1000),
    bitrate: seconds > 0 ? Math.round((file.sizeBytes * 8) / seconds) : null,
    sizeBytes: file.sizeBytes,
    streams: header.tracks.length,
    videoStreams: videos.length,
    audioStreams: sounds.length,
    ...traits,
  };
}

function soundTraits(header: Mp4Header, [first]: readonly Mp4Track[]) {
  if (first === undefined) return { hasAudio: false, audioCodec: null };
  const { codec, profile, sampleRate, channels } = readAudioEntry(first.samples.entry);
  return {
    hasAudio: true,
    // What an edit skips is the encoder's priming: the sound itself begins at 0.
    audioStartMs: Math.max(0, startMs(header, first)),
    audioCodec: codec,
    audioProfile: profile,
    audioSampleRate: sampleRate,
    audioChannels: channels,
  };
}

function shownSeconds({ timescale }: Mp4Header, track: Mp4Track): number {
  const media = track.samples.ticks / track.timescale;
  const edited = (track.edits ?? []).reduce((sum, { ticks }) => sum + ticks, 0) / timescale;
  return edited > 0 ? edited : media;
}

function startMs(header: Mp4Header, track: Mp4Track): number {
  const first = (track.samples.firstOffset ?? 0) / track.timescale;
  const edits = track.edits ?? [];
  const from = edits.find((edit) => edit.from !== null)?.from ?? 0;
  const delay = delaySeconds({ edits, movieTimescale: header.timescale });
  return Math.round((delay + first - from / track.timescale) * 1000);
}
