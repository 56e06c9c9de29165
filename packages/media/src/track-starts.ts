import { Failure } from "@reelay/domain";
import { z } from "zod";
import type { Ffmpeg } from "./find-ffmpeg.ts";
import { runFfprobe } from "./run-ffprobe.ts";

/** How picture and sound begin; times in seconds from the file's own beginning, null for what it does not have or say. */
export interface TrackStarts {
  readonly video: number | null;
  readonly audio: number | null;
  /** When each of the first packets of sound begins and how long it sounds. */
  readonly audioPackets: readonly { readonly at: number; readonly seconds: number }[];
}

const seconds = z.coerce.number().optional().catch(undefined);
const answer = z.object({
  format: z.object({ start_time: seconds }),
  streams: z.array(
    z.object({
      index: z.number(),
      codec_type: z.string().optional(),
      start_time: seconds,
      disposition: z.object({ attached_pic: z.number().optional() }).optional(),
    }),
  ),
  packets: z.array(z.object({ stream_index: z.number(), pts_time: seconds, duration_time: seconds })),
});
const wanted =
  "format=start_time:stream=index,codec_type,start_time:stream_disposition=attached_pic:packet=stream_index,pts_time,duration_time";
/** Of packets: sound that begins earlier than this before the picture is rare. */
const lookSeconds = 3;

/** Throws as `runFfprobe` does. */
export async function readTrackStarts(
  path: string,
  options: { ffmpeg: Ffmpeg; signal: AbortSignal },
): Promise<TrackStarts> {
  const args = ["-read_intervals", `%+${lookSeconds}`, "-show_entries", wanted, "-of", "json"];
  const said = await runFfprobe(path, args, options);
  try {
    return startsOf(answer.parse(JSON.parse(said)));
  } catch (error) {
    throw new Failure("media_unreadable", { cause: error, internal: "ffprobe's answer is not what we know" });
  }
}

function startsOf({ format, streams, packets }: z.output<typeof answer>): TrackStarts {
  const fromStart = (time: number | undefined) => (time === undefined ? null : time - (format.start_time ?? 0));
  const first = (type: string) => streams.find((one) => one.codec_type === type && one.disposition?.attached_pic !== 1);
  const sound = first("audio");
  return {
    video: fromStart(first("video")?.start_time),
    audio: fromStart(sound?.start_time),
    audioPackets: packets
      .filter((packet) => packet.stream_index === sound?.index)
      .map((packet) => ({ at: fromStart(packet.pts_time) ?? 0, seconds: packet.duration_time ?? 0 })),
  };
}
