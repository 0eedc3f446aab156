import type { Child } from 'hono/jsx'

/** A column: its heading, how its cells look, and what is in them. */
export type Column<Row> = {
  /** Said before the cell on a phone, where there are no headings. Empty for a box or a menu. */
  head: string
  /** Classes of the style sheet: `state`, `date`, `more` for a width, `wide` to go on narrow screens. */
  kind?: string
  cell: (row: Row) => Child
}

type TableProps<Row> = {
  label: string
  /** The first column with a heading names the row. */
  columns: Column<Row>[]
  rows: Row[]
  /** `fixed`: one line a cell, cut where it is too long. */
  kind?: 'fixed'
}

/** A table, for a card. On a phone each row is a block, and each cell says what it is. */
export function Table<Row>({ label, columns, rows, kind }: TableProps<Row>) {
  const naming = columns.find(({ head }) => head !== '')
  return (
    <table aria-label={label} class={kind}>
      <thead>
        <tr>
          {columns.map(({ head, kind: of }) =>
            head === '' ? (
              <td class={of}></td>
            ) : (
              <th scope="col" class={of}>
                {head}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {columns.map((column) =>
              column === naming ? (
                <th scope="row" class={column.kind}>
                  {column.cell(row)}
                </th>
              ) : (
                <td class={column.kind} data-label={column.head || undefined}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
