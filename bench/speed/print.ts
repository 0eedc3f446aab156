export type Table = { title: string; head: string[]; rows: string[][] }

/** On a terminal in columns; as Markdown to be pasted. */
export function printTable({ title, head, rows }: Table, markdown: boolean): void {
  const lines = [head, ...(markdown ? [head.map(() => '---')] : []), ...rows]
  console.log(markdown ? `\n### ${title}\n` : `\n${title}\n`)
  if (markdown) {
    for (const cells of lines) console.log(`| ${cells.join(' | ')} |`)
    return
  }
  const widths = head.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  )
  for (const cells of lines) {
    console.log(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  }
}
