export interface Places {
  /** How many conversions run at once. */
  readonly places: number;
  /** Of each ffmpeg. */
  readonly threads: number;
}

/** Conversions at once and threads of each: together at most one more than there are cores. */
export function planPlaces(cores: number): Places {
  const places = Math.max(1, Math.floor(cores / 2));
  return { places, threads: Math.max(1, Math.floor((cores + 1) / places)) };
}
