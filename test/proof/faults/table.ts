// Reads the tables of matrix.ts.

/** One table: the heading, the columns' names, and each row with its cells; `-` is none. */
export type Table = {
  heading: string
  columns: string[]
  rows: { name: string; cells: string[] }[]
}

/** Each table has a heading after `##`, then a line of columns, then a line for each row. */
export function readTables(text: string): Table[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n').map((line) => line.trim())
      const [columns = [], ...rows] = lines.filter((line) => line.startsWith('|')).map(cellsOf)
      return {
        heading,
        columns: columns.slice(1),
        rows: rows.map(([name = '', ...cells]) => ({ name, cells })),
      }
    })
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}
