import type { Child } from 'hono/jsx'

type CardProps = {
  title: Child
  /** Beside the title, quietly: a count. */
  sub?: Child
  /** At the end of the title's line: what can be done here. */
  more?: Child
  /** Whether the content reaches the edges, as a table does. */
  isFlush?: boolean
  id?: string
  children?: Child
}

/** A part of a page with a title of its own. */
export function Card({ title, sub, more, isFlush = false, id, children }: CardProps) {
  return (
    <section class="card" id={id}>
      <header>
        <h2>
          {title}
          {sub !== undefined && <span class="sub"> {sub}</span>}
        </h2>
        {more && <div class="actions">{more}</div>}
      </header>
      {isFlush ? children : <div class="pad">{children}</div>}
    </section>
  )
}
