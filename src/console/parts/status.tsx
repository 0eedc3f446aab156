import type { ClientStatus } from '../../domain/status.ts'
import { STATUS_WORDS } from '../words.ts'

/** A status by icon, word and colour. */
export function Status({ status }: { status: ClientStatus }) {
  const { label, icon } = STATUS_WORDS[status]
  return (
    <span class={`status ${status}`}>
      <span aria-hidden="true">{icon}</span> {label}
    </span>
  )
}
