import type { SourceColor } from "./source-color.ts";

/** What 100 of the curve's linear units are: SDR white, in cd/m². */
const whiteNits = 100;
/** The brightest that is kept apart, in units of SDR white. */
const peak = 10;

/**
 * Filters that turn HDR (PQ or HLG) of `width` × `height` into bt709. With `zscale` in linear light with the right primaries; without it by
 * a curve on each of red, green and blue: brightness is right, saturated colours come out a little paler.
 */
export function toneMapFilters(
  color: SourceColor,
  size: { width: number; height: number },
  hasZscale: boolean,
): string[] {
  return hasZscale ? byZscale(color, size) : byCurve(color, size);
}

function byZscale(
  { matrix, primaries, transfer, range }: SourceColor,
  size: { width: number; height: number },
): string[] {
  const source = `tin=${transfer}:min=${matrix}:pin=${primaries}:rin=${range}`;
  return [
    `zscale=w=${size.width}:h=${size.height}:f=bicubic:${source}:t=linear:npl=${whiteNits}`,
    "format=gbrpf32le",
    "zscale=p=bt709",
    "tonemap=tonemap=hable:desat=0",
    "zscale=t=bt709:m=bt709:p=bt709:r=tv",
    "format=yuv420p",
  ];
}

function byCurve({ transfer, range }: SourceColor, { width, height }: { width: number; height: number }): string[] {
  // Steps with memory: the evaluator does not take an expression that repeats itself as often as these would.
  const linear = transfer === "smpte2084" ? linearFromPq : linearFromHlg;
  const curve = `'st(0,clip(val/maxval,0,1));st(1,${linear});st(2,${hable("ld(1)")}/${hable(String(peak))});maxval*${toBt709}'`;
  return [
    `scale=w=${width}:h=${height}:flags=bicubic:in_color_matrix=bt2020:in_range=${range}`,
    "format=gbrp10le",
    `lutrgb=r=${curve}:g=${curve}:b=${curve}`,
    "scale=out_color_matrix=bt709:out_range=tv",
    "format=yuv420p",
  ];
}

/** SMPTE ST 2084, in units of SDR white. */
const linearFromPq = `${10_000 / whiteNits}*pow(max(st(3,pow(ld(0),1/78.84375))-0.8359375,0)/(18.8515625-18.6875*ld(3)),1/0.1593017578125)`;

/** ARIB STD-B67 with the system gamma of a display of 1000 cd/m². */
const linearFromHlg = `${peak}*pow(if(lte(ld(0),0.5),ld(0)*ld(0)/3,(exp((ld(0)-0.55991073)/0.17883277)+0.28466892)/12),1.2)`;

const toBt709 = "clip(if(lt(ld(2),0.018),4.5*ld(2),1.099*pow(ld(2),0.45)-0.099),0,1)";

/** The filmic curve of ffmpeg's `tonemap=hable`. */
function hable(x: string): string {
  return `((${x}*(0.15*${x}+0.05)+0.004)/(${x}*(0.15*${x}+0.5)+0.06)-0.02/0.3)`;
}
