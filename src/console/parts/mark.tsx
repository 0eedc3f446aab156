import type { Child } from 'hono/jsx'

/** A state, by icon, word and colour. */
export function Mark(props: { kind?: string; icon?: string; children: Child }) {
  const { kind = '', icon, children } = props
  return (
    <span class={`status ${kind}`.trim()}>
      {icon && <span aria-hidden="true">{icon}</span>} {children}
    </span>
  )
}
