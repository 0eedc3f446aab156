import type { Child } from 'hono/jsx'
import type { ClientStatus } from '../../domain/status.ts'
import { STATUS_WORDS } from './words.ts'

/** A state, by icon, word and colour. */
export function Mark(props: { kind?: string; icon?: string; children: Child }) {
  const { kind = '', icon, children } = props
  return (
    <span class={`status ${kind}`.trim()}>
      {icon && <i aria-hidden="true">{icon}</i>} {children}
    </span>
  )
}

/** A status by icon, word and colour. */
export function Status({ status }: { status: ClientStatus }) {
  const { label, icon } = STATUS_WORDS[status]
  return (
    <Mark kind={status} icon={icon}>
      {label}
    </Mark>
  )
}
