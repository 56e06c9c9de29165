export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: "right";
  /** Where the line is too short, columns go from the highest number down; a column without one stays. */
  readonly goes?: number;
}

const gap = "  ";

/** The lines of a table: a heading and a line for each row, none wider than `width` as long as a column may still go. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string[] {
  let shown = columns.map((column) => {
    const cells = rows.map((row) => column.cell(row));
    return { column, cells, width: Math.max(...[column.title, ...cells].map((text) => [...text].length)) };
  });
  const lineWidth = () => shown.reduce((sum, column) => sum + column.width + gap.length, -gap.length);
  while (lineWidth() > width) {
    const next = Math.max(...shown.map(({ column }) => column.goes ?? 0));
    if (next === 0) break;
    shown = shown.filter(({ column }) => column.goes !== next);
  }
  const line = (text: (column: (typeof shown)[number]) => string) =>
    cut(
      shown
        .map((column) => padded(text(column), column.width, column.column.align))
        .join(gap)
        .trimEnd(),
      width,
    );
  return [line(({ column }) => column.title), ...rows.map((_, index) => line(({ cells }) => cells[index] ?? ""))];
}

function padded(text: string, width: number, align: "right" | undefined): string {
  const space = " ".repeat(Math.max(0, width - [...text].length));
  return align === "right" ? space + text : text + space;
}

function cut(line: string, width: number): string {
  const letters = [...line];
  return letters.length > width ? `${letters.slice(0, width - 1).join("")}…` : line;
}
