/**
 * `text` in lines of at most `width` columns; words longer than that stay whole. The first line begins at column `from`,
 * later ones with `indent`.
 */
export function wrap(text: string, width: number, indent: string, from = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    const limit = width - (lines.length === 0 ? from : indent.length);
    if (line !== "" && longer.length > limit) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join(`\n${indent}`);
}

/** `text` from column `column` on, its later lines below its first. */
export function hang(text: string, width: number, column: number): string {
  return wrap(text, width, " ".repeat(column), column);
}
