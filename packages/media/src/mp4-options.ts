/**
 * Options of an MP4 that every platform takes: index first, no edit list, nothing but picture and sound, no metadata. Without an edit list
 * the pictures' own offsets must make up for B frames, so they may be negative; both tracks have to begin at the same time.
 */
export const mp4Options: readonly string[] = [
  ...["-map_metadata", "-1", "-map_metadata:s:v", "-1", "-map_metadata:s:a", "-1", "-map_chapters", "-1"],
  ...["-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0", "-write_tmcd", "0"],
  ...["-fflags", "+bitexact", "-f", "mp4"],
];
