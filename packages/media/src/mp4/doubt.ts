/** The file is not what this reader knows for certain: ffprobe is asked instead. Never leaves the package. */
export class Doubt extends Error {
  constructor(why: string) {
    super(why);
    this.name = "Doubt";
  }
}

export function certain(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Doubt(otherwise);
}
