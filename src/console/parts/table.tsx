import type { Child } from 'hono/jsx'

/** What stands over each column, with its class where it has one. */
export type TableHeads = (string | [text: string, kind: string])[]

type TableProps = { label: string; heads: TableHeads; children: Child }

/** A list as a table, in a region of its own that scrolls where the screen is narrow. */
export function Table({ label, heads, children }: TableProps) {
  return (
    <section class="card scroll" tabindex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => {
              const [text, kind] = [head].flat()
              return <th class={kind}>{text}</th>
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  )
}
