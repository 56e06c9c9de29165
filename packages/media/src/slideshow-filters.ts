import type { SlideshowFrames } from "@reelay/domain";

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/**
 * The filter graph of a slideshow, from input 0, which has one RGB picture for each period. Only one or two pictures are held at a time:
 * each is repeated by reference, and where two follow each other the later one (`next`) is blended over the one before (`shown`, the same
 * pictures a cross-fade later) by a mask whose brightness grows.
 */
export function slideshowFilters(frames: SlideshowFrames, { width, height, fps }: Frame): string {
  const { crossFade, period, total } = frames;
  const pictures =
    "[0:v]scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1," +
    `fps=fps=${fps},tpad=stop_mode=clone:stop=${crossFade + 1}`;
  // By a filter: a limit of frames on the output would end the sound as well.
  const named = `trim=end_frame=${total},setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709`;
  if (crossFade === 0) return `${pictures},${named}[v]`;
  const brightness = `'255*min(1,(mod(N,${period})+1)/${crossFade + 1})'`;
  const maskFrames = `nullsrc=size=16x16:rate=${fps}:duration=${((total + 1) / fps).toFixed(3)}`;
  return [
    `${pictures},split[next][before]`,
    `[before]tpad=start_mode=clone:start=${crossFade}[shown]`,
    `${maskFrames},format=yuv420p,geq=lum=${brightness}:cb=${brightness}:cr=${brightness},` +
      `scale=${width}:${height}:flags=neighbor,setsar=1[mask]`,
    `[shown][next][mask]maskedmerge,${named}[v]`,
  ].join(";");
}
