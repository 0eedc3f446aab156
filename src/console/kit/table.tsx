import type { Child } from 'hono/jsx'

/** The heading of each column, with its class if it has one. */
export type TableHeads = (string | [text: string, kind: string])[]

type BareProps = { heads: TableHeads; children: Child }
type TableProps = BareProps & { label: string }

/** A table in a region of its own, which scrolls on narrow screens. */
export function Table({ label, ...table }: TableProps) {
  return (
    <section class="card scroll" tabindex={0} role="region" aria-label={label}>
      <BareTable {...table} />
    </section>
  )
}

/** The table alone, for a parent that scrolls already. */
export function BareTable({ heads, children }: BareProps) {
  return (
    <table>
      <thead>
        <tr>
          {heads.map((head) => {
            const [text, kind] = [head].flat()
            return (
              <th scope="col" class={kind}>
                {text}
              </th>
            )
          })}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

/** Content that scrolls within a card. */
export function Scroll({ label, children }: { label: string; children: Child }) {
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      {children}
    </div>
  )
}
