import type { ClientStatus } from '../../domain/status.ts'
import { STATUS_WORDS } from '../words.ts'
import { Mark } from './mark.tsx'

/** A status by icon, word and colour. */
export function Status({ status }: { status: ClientStatus }) {
  const { label, icon } = STATUS_WORDS[status]
  return (
    <Mark kind={status} icon={icon}>
      {label}
    </Mark>
  )
}
