import { shownSides } from "./check-video.ts";
import type { VideoLook } from "./look-at-video.ts";
import { runTool } from "./run-tool.ts";

export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly fit: "scale" | "pad" | "crop";
  readonly fps: string;
  readonly deinterlace: boolean;
  readonly toneMap: boolean;
}

/** SSIM of the result to the source's own pictures, brought to the same frame and rate without any loss but the scaling. */
export async function measureSimilarity(
  source: { path: string; look: VideoLook },
  result: string,
  shape: Shape,
): Promise<number> {
  const even = `fps=${shape.fps}:start_time=0`;
  const graph =
    `[0:v:0]${reference(shape, source.look)},${even},settb=AVTB[wanted];` +
    `[1:v:0]${even},format=yuv420p,settb=AVTB[got];[got][wanted]ssim=shortest=1`;
  const { stderr } = await runTool("ffmpeg", ["-i", source.path, "-i", result, "-lavfi", graph, "-f", "null", "-"]);
  const found = /SSIM .*All:([\d.]+)/.exec(stderr);
  if (found === null) throw new Error(`no SSIM in ${stderr.slice(-300)}`);
  return Number(found[1]);
}

function reference(shape: Shape, look: VideoLook): string {
  const { width, height, fit, deinterlace, toneMap } = shape;
  // Every source that does not say its colours was drawn in those of HD.
  const said = look.video.color_space;
  const matrix = said === undefined || said === "unknown" ? "bt709" : said;
  const inner = innerSides(shape, shownSides(look));
  const steps = [
    ...(deinterlace ? ["bwdif=mode=send_frame"] : []),
    toneMap ? toSdr : `scale=in_color_matrix=${matrix}:out_color_matrix=bt709:out_range=tv`,
    `scale=${inner.join(":")}:flags=bicubic`,
    ...(fit === "pad" ? [`pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`] : []),
    ...(fit === "crop" ? [`crop=${width}:${height}`] : []),
    "setsar=1,format=yuv420p",
  ];
  return steps.join(",");
}

/** What the whole picture takes of its frame, to the nearest even number. */
function innerSides({ width, height, fit }: Shape, shown: readonly [number, number]): [number, number] {
  if (fit === "scale") return [width, height];
  const factors = [width / shown[0], height / shown[1]];
  const factor = fit === "pad" ? Math.min(...factors) : Math.max(...factors);
  const even = (side: number) => 2 * Math.round((side * factor) / 2);
  return [even(shown[0]), even(shown[1])];
}

/** White of 100 nits stays white. */
const toSdr =
  "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p";
